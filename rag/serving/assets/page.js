// The page in the browser: opens articles at their quoted words, keeps the panel in step, speaks to screen readers.
(() => {
  "use strict";

  let server = null;
  let panel = null;
  let chosen = -1; // which turn's sources the panel shows
  let turnCount = 0;
  let opener = null; // the link that opened the article: focus goes back to it
  let request = 0; // a slower answer to an earlier click is not shown
  let hasScrolled = false; // the reader has scrolled since asking: leave the page where it is
  let spoken = "";

  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const turns = () => all("#turns .turn");
  const questionBox = () => find("#question textarea");
  const isReading = () => panel !== null && !find(".reader", panel).hidden;

  // Articles

  function parsed(link) {
    const place = new URLSearchParams(link.getAttribute("href").slice("#read?".length));
    return {
      source: place.get("source"),
      span: [Number(place.get("start")), Number(place.get("end"))],
      quote: link.dataset.quote || "",
    };
  }

  function citedBeside(wanted, turn) {
    return all(".sources .card a.quote", turn || document.createElement("div"))
      .map(parsed)
      .filter((other) => other.source === wanted.source && other.span[0] !== wanted.span[0])
      .map((other) => other.span);
  }

  async function read(wanted, turn) {
    const mine = ++request;
    let html;
    try {
      html = await server.read({ ...wanted, others: citedBeside(wanted, turn) });
    } catch {
      html = "";
    }
    if (mine !== request) return;
    const page = find(".reader .page", panel);
    if (html) page.innerHTML = html;
    else page.textContent = panel.dataset.lost;
    find(".reader", panel).hidden = false;
    document.body.classList.add("reading");
    find(".steps", panel).hidden = quotes().length < 2;
    const title = find("h2", page);
    find(".tools .title", panel).textContent = title ? title.textContent : "";
    const quoted = find("mark.quoted", page);
    if (quoted) quoted.scrollIntoView({ block: "center" });
    else page.scrollTop = 0;
    (title || find(".close", panel)).focus({ preventScroll: true });
  }

  function closeArticle(keepFocus = false) {
    request++;
    if (!isReading()) return;
    find(".reader", panel).hidden = true;
    document.body.classList.remove("reading");
    if (keepFocus) return;
    const target = opener && opener.isConnected && opener.offsetParent ? opener : questionBox();
    if (target) target.focus();
  }

  // The marks of each quote, in the order of the text; one quote may reach over several cells.
  function quotes() {
    const byPlace = new Map();
    for (const mark of all(".page mark", panel)) {
      const at = mark.dataset.at;
      byPlace.set(at, [...(byPlace.get(at) || []), mark]);
    }
    return [...byPlace.values()];
  }

  function step(by) {
    const found = quotes();
    const now = found.findIndex((marks) => marks[0].classList.contains("quoted"));
    const next = (now + by + found.length) % found.length;
    found.forEach((marks, index) => {
      for (const mark of marks) mark.className = index === next ? "quoted" : "cited";
    });
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    found[next][0].scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  }

  // The panel shows the sources of one turn: the latest, or the one that was chosen.

  function showSources() {
    const listed = turns();
    const turn = listed[chosen];
    const sources = find(".sources", turn || find("#welcome"));
    const cards = find(".cards", panel);
    const html = sources ? sources.innerHTML : "";
    if (cards.dataset.shown !== html) {
      cards.innerHTML = html;
      cards.dataset.shown = html;
    }
    listed.forEach((each, index) => {
      const button = find(".show-sources", each);
      if (button) button.setAttribute("aria-pressed", String(index === chosen));
    });
  }

  function light(marker, isLit) {
    const turn = marker.closest(".turn");
    if (!panel || turn !== turns()[chosen]) return;
    const card = find(`.cards .quote[data-number="${marker.dataset.number}"]`, panel);
    if (card) card.classList.toggle("lit", isLit);
  }

  function speak(turn) {
    const isAtWork = ["waiting", "streaming"].includes(turn.dataset.state);
    const part = isAtWork ? find(".wait", turn) : find(".answer, .problem, .wait", turn);
    const words = part ? part.textContent : "";
    if (!words || (isAtWork && turn.dataset.state === "streaming") || words === spoken) return;
    spoken = words;
    find(".announcer").textContent = words;
  }

  function inStep() {
    if (!panel || !find("#turns")) return;
    const listed = turns();
    const latest = listed[listed.length - 1];
    if (listed.length !== turnCount) {
      const isNew = listed.length > turnCount;
      turnCount = listed.length;
      chosen = turnCount - 1;
      closeArticle(true);
      if (isNew && questionBox()) questionBox().focus({ preventScroll: true });
      hasScrolled = false;
    }
    showSources();
    if (!latest) return;
    speak(latest);
    if (!hasScrolled) {
      // The question at the top as far as there is something below it.
      const view = find("#turns");
      view.scrollTop += latest.getBoundingClientRect().top - view.getBoundingClientRect().top - 16;
    }
  }

  // Events

  function ask(question) {
    const box = questionBox();
    if (!box) return;
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, question);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => find("#send").click(), 60);
  }

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !panel) return;
    const link = event.target.closest('a[href^="#read?"]');
    const button = event.target.closest("button");
    if (link) {
      event.preventDefault();
      opener = link;
      read(parsed(link), link.closest(".turn") || turns()[chosen]);
    } else if (button && button.dataset.ask) {
      ask(button.dataset.ask);
    } else if (button && button.matches(".show-sources")) {
      chosen = turns().indexOf(button.closest(".turn"));
      closeArticle(true);
      showSources();
    } else if (button && button.matches(".close")) {
      closeArticle();
    } else if (button && button.matches(".step")) {
      step(Number(button.dataset.step));
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isReading()) closeArticle();
  });

  for (const [name, isLit] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(name, (event) => {
      const marker = event.target instanceof Element && event.target.closest(".marker");
      if (marker) light(marker, isLit);
    });
  }

  for (const name of ["wheel", "touchmove"]) {
    document.addEventListener(
      name,
      (event) => {
        if (event.target instanceof Element && event.target.closest("#turns")) hasScrolled = true;
      },
      { passive: true },
    );
  }

  window.citewell = {
    // Called by Gradio once the panel stands.
    connect(element, connection) {
      panel = find(".panel", element);
      server = connection;
      let isPlanned = false;
      new MutationObserver(() => {
        if (isPlanned) return;
        isPlanned = true;
        requestAnimationFrame(() => {
          isPlanned = false;
          inStep();
        });
      }).observe(document.body, {
        childList: true,
        subtree: true,
        characterData: true,
        attributeFilter: ["data-state"],
      });
      inStep();
      if (location.hash.startsWith("#read?")) {
        const link = document.createElement("a");
        link.setAttribute("href", location.hash);
        read(parsed(link), null);
      }
    },
  };
})();
