"""What the tests of the pages for images and for sequences share: press, train, and look around."""
ROOT   = ":is(.dlf-images, .dlf-sequences)"
EPOCH  = f"+getComputedStyle(document.querySelector('{ROOT} .pg-epoch b'), '::after')" \
         ".content.replaceAll('\"', '').replace(',', '')"

# Texts that do not fit into their place, panels that do not hold what is in them, and fields whose
# parts reach into the next one.
CUT    = f"""() => [...document.querySelectorAll('{ROOT} :is(button, label, h3, input, .name)')]
    .filter(e => e.offsetParent && e.clientWidth && e.scrollWidth > e.clientWidth + 1)
    .map(e => e.innerText || e.value)"""
WIDE   = f"""() => [...document.querySelectorAll('{ROOT} .pg-panel')]
    .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.className)"""
BEYOND = f"""() => [...document.querySelectorAll('{ROOT} .pg-f')].filter(field =>
    [...field.querySelectorAll('*')].some(e => e.getBoundingClientRect().right
        > field.getBoundingClientRect().right + 1)).map(e => e.innerText)"""
PLACES = f"""() => [...document.querySelectorAll(
        '{ROOT} :is(button, select, h3, svg[role=application], .row, .map)')]
    .map(e => e.getBoundingClientRect()).map(r => [r.x, r.y, r.width, r.height].map(Math.round))"""

# What has the focus: its name, and whether one sees that it has it.
FOCUS  = """() => {
    const e = document.activeElement;
    return [(e.labels?.[0]?.innerText || e.ariaLabel || e.innerText || e.className).trim(),
            getComputedStyle(e).outlineStyle];
}"""


def clean(page):
    """No errors, no requests to elsewhere."""
    assert page.errors == []
    assert page.outside == []


def press(page, name):
    """Press a button of the page."""
    page.page.locator(ROOT).get_by_role("button", name=name, exact=True).first.click()


def epoch(page):
    """How many epochs are done, as the page shows it."""
    return page.page.evaluate(EPOCH)


def train(page, epochs):
    """Play until so many epochs are done."""
    press(page, "▶ Play")
    page.wait_until(f"{EPOCH} > {epochs}")
    press(page, "❚❚ Pause")
    page.wait_text(f"{ROOT} .pg-status", "Paused")


def nothing_moves_while_it_trains(page, epochs):
    """Is all where it was, after training?"""
    places = page.page.evaluate(PLACES)
    train(page, epochs)
    page.page.wait_for_timeout(500)
    assert len(places) > 10
    assert page.page.evaluate(PLACES) == places


def all_is_seen(page):
    """Does everything have the room that it needs?"""
    assert {name: page.page.evaluate(script) for name, script in
            (("cut", CUT), ("wide", WIDE), ("beyond", BEYOND))} == {
                "cut": [], "wide": [], "beyond": []}


def tab_through(page):
    """Press Tab from the first button to the last; a list of (name, how it is outlined)."""
    page.page.locator(f"{ROOT} .pg-play").focus()
    seen = [page.page.evaluate(FOCUS)]
    while True:
        page.page.keyboard.press("Tab")
        if not page.page.evaluate(f"document.activeElement.closest('{ROOT}') !== null"):
            return seen[1:]                 # the first was not reached by a key
        seen.append(page.page.evaluate(FOCUS))
