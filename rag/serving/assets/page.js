// The page in the browser: opens articles at their quoted words, keeps the panel in step, speaks to screen readers.
(() => {
  "use strict";

  let server = null;
  let panel = null;
  let chosen = -1; // which turn's sources the panel shows
  let asked = []; // the questions of the turns: others mean that a turn begins
  let opener = null; // the link that opened the article: focus goes back to it
  let request = 0; // a slower answer to an earlier click is not shown
  let left = null; // until the browser has gone back from an article that was closed here
  let spoken = "";
  let trigger = null; // sends what the reader does to the program
  let saved = ""; // the file saved last
  const KEPT = "citewell-conversation"; // in this tab: which conversation a reload opens again
  const BACKEND = "citewell-backend"; // in this browser: who answers
  const DRAFT = "citewell-draft"; // in this tab: what stood in the question box when the page was left

  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const turns = () => all("#turns .turn");
  const questionBox = () => find("#question textarea");
  const pace = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
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
    await left;
    if (mine !== request) return;
    // Back closes an article: each is shown in the one entry that follows the page's own.
    history[history.state?.article ? "replaceState" : "pushState"]({ article: wanted }, "");
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
    if (history.state?.article) leaveEntry();
    if (keepFocus) return;
    const target = opener && opener.isConnected && opener.offsetParent ? opener : questionBox();
    if (target) target.focus();
  }

  function leaveEntry() {
    left = new Promise((done) => {
      addEventListener("popstate", done, { once: true });
      setTimeout(done, 1000); // a browser that has nothing to go back to says nothing
    });
    history.back();
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
    found[next][0].scrollIntoView({ block: "center", behavior: pace() });
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
    const cards = find(".cards", panel);
    const card = find(`.quote[data-number="${marker.dataset.number}"]`, cards);
    if (!card) return;
    card.classList.toggle("lit", isLit);
    if (!isLit) return;
    // By hand: the browser's own way would scroll the page too.
    const [seen, place] = [cards, card].map((element) => element.getBoundingClientRect());
    const by = Math.min(0, place.top - seen.top - 16) || Math.max(0, place.bottom - seen.bottom + 16);
    cards.scrollBy({ top: by, behavior: pace() });
  }

  function speak(turn) {
    const isAtWork = ["waiting", "streaming"].includes(turn.dataset.state);
    const part = isAtWork ? find(".wait", turn) : find(".answer, .problem, .wait", turn);
    const words = part ? part.textContent : "";
    if (!words || (isAtWork && turn.dataset.state === "streaming") || words === spoken) return;
    spoken = words;
    find(".announcer").textContent = words;
  }

  // Beside asking: conversations, articles, what stands under an answer

  const wordsOf = (name) => find("#tabs .words").dataset[name];
  const talkWords = () => find('.find[data-find="talks"]')?.value ?? "";
  const act = (name, more = {}) => trigger && trigger("input", { act: name, listed: talkWords(), ...more });
  const placeOf = (element) => turns().indexOf(element.closest(".turn"));
  const findArticles = () => ({
    words: find('.find[data-find="articles"]').value,
    sort: find(".sort").value,
    most: mostListed,
  });
  let mostListed = ""; // articles, where more than the first were asked for
  let listedFrom = 0; // which of them gets the focus once they are there

  // What was pressed goes with the turn that is asked anew: the focus would be nowhere.
  function askAgain(wanted) {
    trigger("submit", wanted);
    turns()[wanted.place].scrollIntoView();
    questionBox().focus({ preventScroll: true });
  }

  // A small form in the place of what it changes; Escape and Cancel put it back.
  function form(place, { value, label, save, rows }, done) {
    const made = document.createElement("form");
    made.className = "inline";
    const box = document.createElement(rows ? "textarea" : "input");
    box.value = value;
    box.setAttribute("aria-label", label);
    if (rows) box.rows = rows;
    const keep = document.createElement("button");
    keep.textContent = save;
    const leave = document.createElement("button");
    leave.type = "button";
    leave.textContent = wordsOf("cancel");
    made.append(box, keep, leave);
    const before = document.activeElement;
    const close = () => {
      made.remove();
      place.hidden = false;
      if (before && before.isConnected) before.focus();
    };
    leave.addEventListener("click", close);
    made.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        close();
      } else if (event.key === "Enter" && !event.shiftKey && event.target === box) {
        event.preventDefault();
        made.requestSubmit();
      }
    });
    made.addEventListener("submit", (event) => {
      event.preventDefault();
      const words = box.value;
      close();
      done(words);
    });
    place.hidden = true;
    place.after(made);
    box.focus();
    box.select();
  }

  // Whether it is meant is asked once, and forgotten when the reader turns away or waits.
  function sure(button, words) {
    if (button.dataset.asked) return true;
    const before = button.textContent;
    const show = (isAsked, shown) => {
      if (isAsked) button.dataset.asked = "yes";
      else delete button.dataset.asked;
      button.textContent = shown;
      button.classList.toggle("sure", isAsked);
    };
    const forget = () => {
      button.removeEventListener("blur", forget);
      clearTimeout(waiting);
      show(false, before);
    };
    const waiting = setTimeout(forget, 8000);
    button.addEventListener("blur", forget);
    show(true, words);
    return false;
  }

  async function showGuide(button) {
    const row = button.closest(".shelved");
    const there = find(".guide", row);
    button.setAttribute("aria-expanded", String(!there));
    if (there) return there.remove();
    const html = await server.guide(button.dataset.source).catch(() => "");
    if (html && !find(".guide", row)) row.lastElementChild.insertAdjacentHTML("beforeend", html);
  }

  function copy(button) {
    const done = () => {
      if (button.textContent === button.dataset.done) return;
      const words = button.textContent;
      button.textContent = button.dataset.done;
      setTimeout(() => (button.textContent = words), 1600);
      find(".announcer").textContent = button.dataset.done;
    };
    const byHand = () => {
      const box = document.createElement("textarea");
      box.value = button.dataset.copy;
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
      done();
    };
    if (navigator.clipboard) navigator.clipboard.writeText(button.dataset.copy).then(done, byHand);
    else byHand();
  }

  const acts = {
    open: (button) => {
      act("open", { id: button.dataset.id });
      showShelf(false);
    },
    rename: (button) => {
      const title = find(".reopen", button.closest("li"));
      button.closest("details").open = false;
      title.focus();
      form(
        title,
        { value: button.dataset.title, label: wordsOf("newTitle"), save: wordsOf("save") },
        (words) => act("rename", { id: button.dataset.id, title: words }),
      );
    },
    forget: (button) => sure(button, wordsOf("sure")) && act("forget", { id: button.dataset.id }),
    export: (button) => {
      button.closest("details").open = false;
      act("export", { id: button.dataset.id, as: button.dataset.as });
    },
    judged: (button) => {
      button.closest("details").open = false;
      act("judged");
    },
    remove: (button) =>
      sure(button, button.dataset.sure) && act("remove", { source: button.dataset.source, ...findArticles() }),
    guide: showGuide,
    "more-articles": (button) => {
      mostListed = button.dataset.most;
      listedFrom = Number(button.dataset.shown);
      act("find-articles", findArticles());
    },
    add: () => {
      showTab("articles");
      find("#add").click();
    },
    copy,
    skip: () => questionBox().focus(),
    dismiss: (button) => {
      for (const part of button.parentElement.children) part.hidden = true;
    },
    reload: () => location.reload(),
    again: (button) => askAgain({ place: placeOf(button) }),
    typed: (button) => askAgain({ place: placeOf(button), typed: "yes" }),
    "any-time": (button) => askAgain({ place: placeOf(button), "any-time": "yes" }),
    // What comes after the button is shown and hidden by the style.
    unfold: (button) => {
      const isOpen = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", String(!isOpen));
    },
    untick: () => {
      tickedAt = 0;
      act("untick");
      questionBox().focus();
    },
    edit: (button) => {
      const heading = find(".question", button.closest(".turn"));
      const place = placeOf(button);
      form(
        heading,
        { value: heading.dataset.question, label: button.dataset.label, save: button.dataset.askWords, rows: 2 },
        (question) => askAgain({ place, question }),
      );
    },
    judge: (button) => act("judge", { place: placeOf(button), verdict: button.dataset.verdict }),
    comment: (button) => {
      const place = placeOf(button);
      form(
        button,
        { value: button.dataset.comment, label: button.dataset.label, save: wordsOf("save"), rows: 3 },
        (comment) => act("comment", { place, comment }),
      );
    },
  };

  // Files are chosen, or dropped anywhere. One that is too large is left out by itself: Gradio would refuse all of them.

  const fileInput = () => find("#changing input[type=file]");

  document.addEventListener(
    "change",
    (event) => {
      const input = event.target;
      if (input !== fileInput()) return;
      const fitting = new DataTransfer();
      const told = [];
      for (const file of input.files) {
        if (file.size <= Number(wordsOf("megabytes")) * 1e6) fitting.items.add(file);
        else told.push(wordsOf("tooLarge").replace("{name}", file.name).replace("{megabytes}", wordsOf("megabytes")));
      }
      find(".left-out").textContent = told.join(" ");
      if (told.length) input.files = fitting.files;
      if (!input.files.length) event.stopPropagation();
    },
    true,
  );

  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault(); // the browser would leave the page for the file
      if (name === "dragover" || document.body.classList.contains("reads-only")) return;
      showTab("articles");
      if (find(".menu").offsetParent) showShelf(true);
      fileInput().files = event.dataTransfer.files;
      fileInput().dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  // Where there is little room the shelf is a drawer over the page, and nothing behind it can be reached.
  const phone = matchMedia("(max-width: 860px)");
  const isShelfOpen = () => document.body.classList.contains("shelf-open");

  function showShelf(isOpen) {
    if (isOpen === isShelfOpen()) return;
    document.body.classList.toggle("shelf-open", isOpen);
    find("#masthead").inert = isOpen;
    find("#talk").inert = isOpen;
    find("#panel").inert = isOpen && !phone.matches; // there an article that is opened lies over the drawer
    const menu = find(".menu");
    menu.setAttribute("aria-expanded", String(isOpen));
    (isOpen ? find("#tabs button") : menu).focus();
  }

  for (const room of [phone, matchMedia("(max-width: 1180px)")]) room.addEventListener("change", () => showShelf(false));

  // A click elsewhere closes what is open: first, so that the one that opens it is no click elsewhere.
  document.addEventListener(
    "click",
    (event) => {
      const within = event.composedPath();
      for (const menu of all("details.more[open]")) if (!within.includes(menu)) menu.open = false;
      if (isShelfOpen() && !isReading() && !within.includes(find("#shelf"))) showShelf(false);
    },
    true,
  );

  document.addEventListener(
    "toggle",
    (event) => {
      if (event.target.matches("details.more[open]")) find(".menu-of", event.target).scrollIntoView({ block: "nearest" });
    },
    true,
  );

  function showTab(name) {
    document.body.classList.toggle("articles-shown", name === "articles");
    for (const tab of all("#tabs [data-tab]")) tab.setAttribute("aria-pressed", String(tab.dataset.tab === name));
  }

  // A list of conversations that came after a newer one, the page's first after an answer's say, is asked for again.
  let newest = 0; // the stamp of the latest list
  let late = 0; // the stamp of the list that is being replaced
  function isUpToDate(listed) {
    const stamp = Number(listed.dataset.stamp);
    if (stamp < newest) {
      late = stamp;
      newest = 0; // whatever comes now is taken, even if the program's clock was set back
      act("find-talks", { words: talkWords() });
    } else if (stamp !== late) newest = stamp;
    return stamp !== late;
  }

  // A list that was made for other words than stand in its box, or when there were more or fewer articles, is asked
  // for once more; whatever comes then is taken.
  const fitted = {}; // by act: the list that was looked at last, and whether it was asked for here
  function fit(listed, name, isFit, wanted) {
    const looked = fitted[name] || {};
    const key = listed.dataset.stamp + (isFit ? "" : " unfit");
    if (key === looked.key) return;
    const isAgain = !isFit && !looked.isAgain;
    fitted[name] = { key, isAgain };
    if (isAgain) act(name, wanted);
  }

  function fitLists() {
    const talks = find("#talks [data-stamp]");
    const articles = find("#articles [data-stamp]");
    if (!talks || !articles || !trigger) return;
    const next = listedFrom && all(".shelved .open", articles)[listedFrom];
    if (next) {
      next.focus();
      listedFrom = 0;
    }
    const words = talkWords();
    fit(talks, "find-talks", talks.dataset.words === words, { words });
    const wanted = findArticles();
    const { words: searched, sort, count } = articles.dataset;
    const counted = find("#brand .count");
    const isFit = searched === wanted.words && sort === wanted.sort && (!counted || counted.dataset.count === count);
    fit(articles, "find-articles", isFit, wanted);
  }

  // The conversation a reload opens again, and the file that is to be saved.
  function keepUp() {
    const listed = find("#talks [data-current]");
    if (listed && isUpToDate(listed)) {
      document.body.classList.toggle("reads-only", listed.dataset.editor === "no");
      if (listed.dataset.current) sessionStorage.setItem(KEPT, listed.dataset.current);
      else if (!wasKept) sessionStorage.removeItem(KEPT);
    }
    const parcel = find("#parcel [data-name]");
    if (parcel && parcel.dataset.stamp !== saved) {
      saved = parcel.dataset.stamp;
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([parcel.textContent], { type: parcel.dataset.type }));
      link.download = parcel.dataset.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    }
  }

  // The boxes in the list of articles say what the conversation asks.
  let ticked = new Set();
  let ticksLater = 0;
  let tickedAt = 0; // when the reader last ticked: what the program said before then is not put over it
  function showTicks() {
    clearTimeout(ticksLater);
    const rest = tickedAt + 1500 - Date.now();
    if (rest > 0) ticksLater = setTimeout(showTicks, rest);
    else {
      const scope = find("#scope [data-ticked]");
      ticked = new Set(JSON.parse(scope ? scope.dataset.ticked : "[]"));
    }
    for (const box of all("#articles [data-tick]")) box.checked = ticked.has(box.dataset.tick);
  }

  let wasKept = sessionStorage.getItem(KEPT); // until it has been opened again
  let later = 0;

  document.addEventListener("input", (event) => {
    if (event.target === questionBox() && panel) return checkLength();
    const box = event.target instanceof Element && event.target.closest(".find, .sort");
    if (!box) return;
    clearTimeout(later);
    later = setTimeout(() => {
      if (box.dataset.find === "talks") act("find-talks", { words: box.value });
      else {
        mostListed = "";
        act("find-articles", findArticles());
      }
    }, 200);
  });

  document.addEventListener("change", (event) => {
    const box = event.target instanceof Element && event.target.closest("[data-tick]");
    if (!box) return;
    tickedAt = Date.now();
    ticked[box.checked ? "add" : "delete"](box.dataset.tick);
    act("tick", { source: box.dataset.tick, on: box.checked ? "yes" : "no" });
  });

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("button");
    if (!button || !trigger) return;
    if (button.dataset.act && acts[button.dataset.act]) acts[button.dataset.act](button);
    else if (button.dataset.tab) showTab(button.dataset.tab);
    else if (button.matches(".menu")) showShelf(true);
    else if (button.matches(".close-shelf")) showShelf(false);
    else if (button.id === "stop") questionBox().focus({ preventScroll: true });
  });

  let draft = sessionStorage.getItem(DRAFT); // until it has been put back

  // How long a model has been waited for; no words of the page, which would be read out each second.
  setInterval(() => {
    const wait = find('#current .turn[data-state="waiting"] .wait');
    if (!wait || !find(".sources", wait.closest(".turn"))) return;
    wait.since ??= Date.now();
    const seconds = Math.round((Date.now() - wait.since) / 1000);
    if (seconds) wait.dataset.seconds = seconds;
  }, 1000);

  function inStep() {
    if (!panel || !find("#turns")) return;
    if (draft && questionBox()) {
      if (!questionBox().value) write(draft);
      draft = "";
    }
    keepUp();
    fitLists();
    showTicks();
    if (fileInput()) fileInput().accept = wordsOf("kinds");
    const listed = turns();
    const latest = listed[listed.length - 1];
    const questions = listed.map((turn) => find(".question", turn).dataset.question);
    if (questions.join("\0") !== asked.join("\0")) {
      const isMore = questions.length > asked.length;
      asked = questions;
      chosen = listed.length - 1;
      closeArticle(true);
      if (isMore && questionBox()) questionBox().focus({ preventScroll: true });
      if (latest) latest.scrollIntoView();
    }
    showSources();
    if (latest) speak(latest);
  }

  // Above the question: why it cannot be sent. Gradio says nothing of it, and the question stays where it is.

  let hindrance = ""; // by the name under which the panel has the words
  function hinder(name) {
    const note = find("#hindered") || document.createElement("div");
    if (panel && !note.id) {
      note.id = "hindered";
      note.setAttribute("role", "alert");
      find("#composer").before(note);
    }
    if (panel && note.dataset.name !== name) {
      note.dataset.name = name;
      note.innerHTML = name && find(`[data-name="${name}"]`, panel).innerHTML;
    }
    hindrance = name;
  }

  const plainFetch = window.fetch;
  window.fetch = async (...asked) => {
    const url = String(asked[0]?.url ?? asked[0]);
    const isQuestion = url.includes("/gradio_api/queue/join");
    try {
      const reply = await plainFetch(...asked);
      if (reply.status === 401 && url.includes("/gradio_api/")) hinder("signed-out");
      else if (isQuestion) hinder(reply.status === 404 ? "elsewhere" : "");
      return reply;
    } catch (problem) {
      if (isQuestion) hinder("lost");
      throw problem;
    }
  };

  function checkLength() {
    if (questionBox().value.length > Number(panel.dataset.most)) hinder("too-long");
    else if (hindrance === "too-long") hinder("");
  }

  // Events

  function write(words) {
    const box = questionBox();
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, words);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function ask(question) {
    if (!questionBox()) return;
    write(question);
    setTimeout(() => find("#send").click(), 60);
  }

  window.addEventListener("pagehide", () => questionBox() && sessionStorage.setItem(DRAFT, questionBox().value));

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !panel) return;
    const link = event.target.closest('a[href^="#read?"]');
    const button = event.target.closest("button");
    if (link) {
      event.preventDefault();
      opener = link;
      if (!phone.matches) showShelf(false);
      read(parsed(link), link.closest(".turn") || turns()[chosen]);
    } else if (button && button.dataset.ask) {
      showShelf(false);
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

  window.addEventListener("popstate", ({ state }) => {
    if (state?.article) read(state.article, turns()[chosen]);
    else if (isReading()) closeArticle();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = find("details.more[open]");
    if (isReading()) closeArticle();
    else if (menu) {
      menu.open = false;
      find("summary", menu).focus();
    } else showShelf(false);
  });

  // Gradio opens the list of backends again at any key that its box hears, after the box has lost the focus.
  document.addEventListener(
    "keydown",
    (event) => {
      if (["Tab", "Shift"].includes(event.key) && event.target.matches("#backend input")) event.stopPropagation();
    },
    true,
  );

  for (const [name, isLit] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(name, (event) => {
      const marker = event.target instanceof Element && event.target.closest(".marker");
      if (marker) light(marker, isLit);
    });
  }

  window.citewell = {
    // Called by Gradio once what the reader does can be sent.
    relay(send) {
      trigger = send;
      const backend = localStorage.getItem(BACKEND) || "";
      if (!wasKept && !backend) return;
      act("recall", { id: wasKept || "", backend });
      setTimeout(() => (wasKept = null), 4000);
    },

    // Called by Gradio once another backend answers.
    chose(backend) {
      localStorage.setItem(BACKEND, backend);
    },

    // Called by Gradio once the panel stands.
    connect(element, connection) {
      panel = find(".panel", element);
      server = connection;
      if (hindrance) hinder(hindrance);
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
      if (history.state?.article) leaveEntry(); // the page was loaded anew while an article was open
      if (location.hash.startsWith("#read?")) {
        const link = document.createElement("a");
        link.setAttribute("href", location.hash);
        read(parsed(link), null);
      }
    },
  };
})();
