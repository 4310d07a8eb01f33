// Says so when a passkey could not be used, and takes the button away where the browser knows no passkeys.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const problem = document.getElementById("passkey_problem");
  if (problem) {
    problem.hidden = false;
    problem.scrollIntoView({ block: "nearest" });
  }
});
if (!window.PublicKeyCredential) {
  document.getElementById("passkey_login")?.remove();
}
