"use strict";

// Everything a person does is one POST that carries the whole form it belongs to. The server answers with the page
// as it now is, and this script puts that in place without losing focus, scrolling or what was typed meanwhile.

const slack = document.getElementById("slack");
let busy = null; // the element whose request is under way
let waiting = null; // the id of what was pressed or changed meanwhile
let opener = null;
let lifted = null; // until a button that is being pressed is let go: replaced meanwhile, it would miss its click

const modal = () => slack.querySelector("dialog.modal");
const fields = (root) => [...root.querySelectorAll("input[id], select[id], textarea[id]")];
const content = (field) => (["radio", "checkbox"].includes(field.type) ? field.checked : field.value);

async function send(deed, form, source, details = {}) {
  if (busy) {
    // The same element again is a double click; another one gets its turn.
    if (source.id !== busy.id) waiting = source.id;
    return;
  }
  busy = source;
  slack.setAttribute("aria-busy", "true");
  if (!modal()) opener = focusable(document.activeElement);
  const body = new URLSearchParams(form ? new FormData(form) : undefined);
  for (const [name, value] of Object.entries(details)) body.set(name, value);
  body.set("page", location.pathname);
  const sent = new Map(form ? fields(form).map((field) => [field.id, content(field)]) : []);
  try {
    const response = await fetch(`/do/${deed}`, { method: "POST", body });
    if (!response.ok) throw new Error(response.statusText);
    const html = await response.text();
    await lifted;
    show(html, sent);
  } catch {
    say(slack.dataset.offline);
  }
  slack.removeAttribute("aria-busy");
  busy = null;
  const next = waiting && document.getElementById(waiting);
  waiting = null;
  if (next?.name) dispatch(next);
  else next?.click();
}

function show(html, sent) {
  const typed = fields(slack).filter((field) => !sent.has(field.id) || sent.get(field.id) !== content(field));
  const kept = new Map(typed.map((field) => [field.id, field]));
  const focus = document.activeElement;
  const caret = focus?.selectionStart === undefined ? null : safely(() => [focus.selectionStart, focus.selectionEnd]);
  const view = modal()?.dataset.view;
  const scrolled = new Map([...slack.querySelectorAll("[id^=scroll-]")].map((box) => [box.id, box.scrollTop]));
  const count = slack.querySelectorAll(".message").length;

  slack.innerHTML = html;
  document.documentElement.lang = slack.querySelector("[aria-pressed=true]")?.lang ?? "en";
  for (const field of fields(slack)) {
    const old = kept.get(field.id);
    if (!old) continue;
    if (["radio", "checkbox"].includes(field.type)) field.checked = old.checked;
    else field.value = old.value;
  }
  const grown = slack.querySelectorAll(".message").length > count;
  for (const box of slack.querySelectorAll("[id^=scroll-]")) {
    box.scrollTop = grown && box.hasAttribute("data-end") ? box.scrollHeight : (scrolled.get(box.id) ?? 0);
  }
  open(view);
  if (modal()?.dataset.view === view) refocus(focus?.id, caret);
  else if (!modal()) refocus(view ? opener : focus?.id);
}

function open(before) {
  const dialog = modal();
  if (!dialog) return;
  const top = dialog.querySelector(".body").scrollTop;
  dialog.showModal();
  dialog.querySelector(".body").scrollTop = top;
  const wrong = dialog.querySelector("[aria-invalid=true]");
  const first = dialog.querySelector(".body :is([data-focus], input:not([type=hidden]), select, textarea, button)");
  if (wrong || dialog.dataset.view !== before) (wrong ?? first ?? dialog.querySelector("footer button")).focus();
  wrong?.closest(".input").scrollIntoView({ block: "nearest" });
}

function refocus(id, caret) {
  const target = (id && document.getElementById(id)) || (modal() ? null : slack.querySelector("[data-composer]"));
  if (!target || modal()?.querySelector("[aria-invalid=true]")) return;
  target.focus({ preventScroll: true });
  if (caret) safely(() => target.setSelectionRange(...caret));
}

// A menu is closed again when its choice has been made, so what is remembered is the menu and not the choice.
function focusable(element) {
  return (element?.closest?.("details")?.querySelector("summary") ?? element)?.id;
}

function safely(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

function say(text) {
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.setAttribute("role", "alert");
  toast.textContent = text;
  (modal() ?? slack).append(toast);
}

// An element with a confirmation asks first.
function ask(element, act) {
  const dialog = element.dataset.confirm && document.getElementById(element.dataset.confirm);
  if (!dialog) return act();
  dialog.onclick = (event) => {
    const answer = event.target.closest("[data-answer]")?.dataset.answer;
    if (!answer) return;
    dialog.close();
    if (answer === "yes") act();
  };
  dialog.showModal();
}

function dispatch(field) {
  ask(field, () => send("act", field.form, field, { target: field.name }));
}

slack.addEventListener("pointerdown", () => {
  lifted = new Promise((lift) => {
    addEventListener("pointerup", () => setTimeout(lift), { once: true });
    setTimeout(lift, 500);
  });
});

slack.addEventListener("click", (event) => {
  const toggle = event.target.closest("[data-toggle]");
  if (toggle) toggle.setAttribute("aria-expanded", String(document.body.classList.toggle(toggle.dataset.toggle)));
  const button = event.target.closest("[data-do]");
  if (!button) return;
  const { do: deed, confirm, ...details } = button.dataset;
  ask(button, () => send(deed, button.closest("form"), button, details));
});

slack.addEventListener("change", (event) => {
  if (event.target.matches("[data-dispatch]")) dispatch(event.target);
});

let pause;
slack.addEventListener("input", (event) => {
  if (!event.target.matches("[data-typing]")) return;
  clearTimeout(pause);
  const { id } = event.target;
  pause = setTimeout(() => document.getElementById(id) && dispatch(document.getElementById(id)), 700);
});

slack.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !modal()) closeMenus();
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  if (event.target.matches("[data-enter]")) {
    event.preventDefault();
    dispatch(event.target);
  } else if (event.target.matches("[data-composer]")) {
    event.preventDefault();
    event.target.form.requestSubmit(document.getElementById("send"));
  }
});

slack.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target.dataset.submit && event.submitter) send(event.target.dataset.submit, event.target, event.submitter);
});

// Escape puts a modal away through the app, not behind its back.
slack.addEventListener(
  "cancel",
  (event) => {
    if (!event.target.matches("dialog.modal")) return;
    event.preventDefault();
    const menus = slack.querySelectorAll("dialog.modal details[open]");
    if (menus.length) closeMenus();
    else slack.querySelector("#modal-close").click();
  },
  true,
);

// A second Escape in a row closes a dialog without asking; the app hears of that too.
slack.addEventListener(
  "close",
  (event) => event.target.matches("dialog.modal") && !busy && slack.querySelector("#modal-close").click(),
  true,
);

function closeMenus(except) {
  for (const menu of slack.querySelectorAll("details.menu[open]")) {
    if (menu === except) continue;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
}

// A menu that would stick out is moved into sight.
slack.addEventListener(
  "toggle",
  (event) => {
    const choices = event.target.open && event.target.querySelector(".choices");
    if (!choices) return;
    const { left, right } = choices.getBoundingClientRect();
    choices.style.translate = `${Math.max(8 - left, Math.min(0, innerWidth - 8 - right))}px`;
    choices.scrollIntoView({ block: "nearest" });
  },
  true,
);

document.addEventListener("click", (event) => closeMenus(event.target.closest?.("details.menu")));

open(null);
for (const box of slack.querySelectorAll("[data-end]")) box.scrollTop = box.scrollHeight;
