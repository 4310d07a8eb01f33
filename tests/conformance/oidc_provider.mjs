// An OpenID provider (npm oidc-provider, certified by the OpenID Foundation) for test_oidc_provider.py.
//   node oidc_provider.mjs PORT REDIRECT_URI PUBLIC_JWK
// POST /control {account, acr, forge} chooses who signs in, how strongly, and which lie the provider tells.
import { createPublicKey } from "node:crypto";
import { SignJWT, base64url, decodeJwt, exportSPKI, generateKeyPair } from "jose";
import Provider from "oidc-provider";

const [port, redirectUri, publicJwk] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;
const control = { account: "sato", acr: "aal2", forge: "" };
const pair = await generateKeyPair("RS256", { extractable: true });
const stranger = await generateKeyPair("RS256");
const jwk = { ...(await import("jose").then((jose) => jose.exportJWK(pair.privateKey))), kid: "k1", alg: "RS256", use: "sig" };

const client = { redirect_uris: [redirectUri], grant_types: ["authorization_code"], response_types: ["code"] };
const provider = new Provider(issuer, {
  jwks: { keys: [jwk] },
  clients: [
    { ...client, client_id: "with-secret", client_secret: "a-test-secret", token_endpoint_auth_method: "client_secret_post" },
    { ...client, client_id: "with-key", token_endpoint_auth_method: "private_key_jwt", token_endpoint_auth_signing_alg: "RS256", jwks: { keys: [JSON.parse(publicJwk)] } },
  ],
  pkce: { required: () => true },
  acrValues: ["aal1", "aal2", "aal3"],
  claims: { openid: ["sub"], profile: ["name", "preferred_username"], email: ["email", "email_verified"], acr: null },
  features: { devInteractions: { enabled: false } },
  cookies: { keys: ["test"] },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  async findAccount(_ctx, id) {
    return {
      accountId: id,
      claims: () => ({ sub: id, name: `名前 ${id}`, preferred_username: id, email: `${id}@provider.example`, email_verified: true }),
    };
  },
});

async function finish(ctx) {
  const { params, session, grantId } = await provider.interactionDetails(ctx.req, ctx.res);
  const grant = grantId ? await provider.Grant.find(grantId) : new provider.Grant({ accountId: control.account, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const result = {
    login: { accountId: control.account, acr: control.acr, remember: false },
    consent: { grantId: await grant.save() },
  };
  await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
  ctx.respond = false;
}

const part = (value) => base64url.encode(JSON.stringify(value));
const lies = {
  async payload(token) {
    const [head, , signature] = token.split(".");
    return [head, part({ ...decodeJwt(token), sub: "admin" }), signature].join(".");
  },
  stranger: (token) => new SignJWT(decodeJwt(token)).setProtectedHeader({ alg: "RS256", kid: "k1" }).sign(stranger.privateKey),
  async none(token) {
    return `${part({ alg: "none", kid: "k1" })}.${part(decodeJwt(token))}.`;
  },
  async hmac(token) {
    const secret = new TextEncoder().encode(await exportSPKI(createPublicKey({ key: jwk, format: "jwk" })));
    return new SignJWT(decodeJwt(token)).setProtectedHeader({ alg: "HS256", kid: "k1" }).sign(secret);
  },
  changed: (changes) => (token) =>
    new SignJWT({ ...decodeJwt(token), ...changes }).setProtectedHeader({ alg: "RS256", kid: "k1" }).sign(pair.privateKey),
};
lies.nonce = lies.changed({ nonce: "of-another-request" });
lies.issuer = lies.changed({ iss: "https://evil.example" });
lies.audience = lies.changed({ aud: "another-client" });
lies.expired = lies.changed({ exp: 1_600_000_000 });

provider.use(async (ctx, next) => {
  if (ctx.path === "/control") {
    let body = "";
    for await (const chunk of ctx.req) body += chunk;
    Object.assign(control, JSON.parse(body));
    ctx.body = control;
  } else if (ctx.path.startsWith("/interaction/")) {
    await finish(ctx);
  } else {
    await next();
    if (ctx.path === "/token" && ctx.body?.id_token && lies[control.forge]) ctx.body.id_token = await lies[control.forge](ctx.body.id_token);
    if (ctx.path === "/me" && control.forge === "userinfo") ctx.body = { ...ctx.body, sub: "admin" };
  }
});
provider.listen(Number(port), "localhost", () => console.log("listening"));
