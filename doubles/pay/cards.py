"""Test numbers of cards, as payment providers publish them; a real number is never accepted."""

SUCCESS, DECLINED, THREE_D = "4242424242424242", "4000000000000002", "4000000000003220"
SHOWN = ((SUCCESS, "成功します"), (DECLINED, "承認されません"), (THREE_D, "本人認証（3-D セキュア）のあと成功します"))
CODE = "123456"  # what the sample bank sends for 3-D Secure


def digits(text: str) -> str:
    """The digits of a number however it was typed: spaces, hyphens, full-width."""
    return "".join(str(int(c)) for c in text if c.isdigit())


def problem(number: str, expiry: str, code: str) -> str:
    """What is wrong with what was typed, in words for the payer; empty when nothing is."""
    if digits(number) not in (SUCCESS, DECLINED, THREE_D):
        return "見本の番号だけが使えます。本物のカード番号は入力しないでください。"
    if len(digits(expiry)) != 4 or not 1 <= int(digits(expiry)[:2]) <= 12:
        return "有効期限を月・年の4桁で入力してください（例：12/30）。"
    return "" if len(digits(code)) in (3, 4) else "セキュリティコードを3桁か4桁で入力してください。"
