"""The steps of the capture page that a person of the demo goes through, one function each."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from demo.phone import newest_code

# The content policy lets Playwright's own `wait_for_function` evaluate nothing.
_SPOKEN = """new Promise((resolve) => {
  const look = () => (window.spoken ? window.spoken.then(resolve) : setTimeout(look, 50));
  look();
})"""


def sign_in(page: Page, codes: Path, number: str) -> None:
    """Type a number, and the code that was sent to it: `codes` is the file of sent codes."""
    page.fill("#phone", number)
    page.press("#phone", "Enter")
    page.wait_for_selector("#code-form:not([hidden])")
    page.fill("#code", newest_code(codes, number))  # as phones fill it in
    page.press("#code", "Enter")


def consent(page: Page) -> None:
    """Give both consents."""
    page.check("[name=terms]")
    page.check("[name=biometric]")
    page.click("#consent-form .button.main")


def read_digits(page: Page) -> None:
    """Read the digits that the page shows, with the voice before its microphone."""
    page.evaluate("window.spoken = undefined")
    page.click("#digits-start")
    page.wait_for_selector("#digits-live:not([hidden])")
    page.evaluate(_SPOKEN)
    if page.is_visible("#digits-next"):
        page.click("#digits-next")
    page.click("#digits-done")


def fill_declaration(page: Page) -> None:
    """Say what the money is for: 80,000 yuan for goods, twelve months, an owner who cooks."""
    page.check("#wish-purpose input[value=stock_of_goods]")
    page.check("#wish-amount input[value='8000000']")
    page.check("#wish-tenor input[value='12']")
    page.select_option("#wish-role", "owner")
    page.select_option("#wish-industry", "62")
    page.select_option("#wish-occupation", "10600")
