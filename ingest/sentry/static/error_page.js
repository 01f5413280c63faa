// The crash-report dialog: a form in a shadow root, for the person who just met an error.
// Nothing of it is written as HTML, and its style is a constructed sheet: a page's policy
// needs to allow this script and the address that it posts to, and nothing inline.
(function (config) {
  "use strict";
  var doc = document;
  // The form goes to where this script came from, whatever stands before it.
  var endpoint = doc.currentScript.src.split("?")[0] + "?" + config.query;
  var old = doc.getElementById("tocsin-error-page");
  if (old) old.remove();
  var host = doc.createElement("div");
  host.id = "tocsin-error-page";
  var root = host.attachShadow ? host.attachShadow({ mode: "open" }) : host;
  var css =
    ".back{position:fixed;inset:0;z-index:2147483647;background:rgba(20,20,30,.55);overflow:auto;" +
    "font:16px/1.45 system-ui,sans-serif;color:#1c1b22}" +
    ".box{box-sizing:border-box;max-width:32rem;margin:8vh auto;padding:1.75rem;background:#fff;" +
    "border-radius:.75rem;box-shadow:0 1rem 3rem rgba(0,0,0,.35)}" +
    "h2{margin:0 0 .25rem;font-size:1.3rem}p{margin:0 0 1rem;color:#55535f}" +
    "label{display:block;margin:0 0 .9rem;font-weight:600}" +
    "input,textarea{box-sizing:border-box;display:block;width:100%;margin-top:.25rem;padding:.5rem .6rem;" +
    "font:inherit;font-weight:400;border:1px solid #8a8794;border-radius:.4rem;background:#fff;color:inherit}" +
    "textarea{min-height:7rem;resize:vertical}.bad{border-color:#b3261e}.told{color:#b3261e}" +
    "button{font:inherit;padding:.5rem 1rem;border-radius:.4rem;border:1px solid #3b3a8c;cursor:pointer;" +
    "background:#3b3a8c;color:#fff}button.quiet{background:none;color:#3b3a8c;margin-left:.5rem}" +
    "button:focus-visible,input:focus-visible,textarea:focus-visible{outline:3px solid #9d9bf0;outline-offset:1px}";
  if (root.adoptedStyleSheets && window.CSSStyleSheet) {
    var sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  }
  function make(name, attributes, text) {
    var node = doc.createElement(name);
    for (var key in attributes) node.setAttribute(key, attributes[key]);
    if (text) node.textContent = text;
    return node;
  }
  function field(parent, name, label, tag, attributes, value) {
    var holder = make("label", {}, label);
    var input = make(tag, attributes);
    input.name = name;
    input.required = true;
    input.value = value || "";
    holder.appendChild(input);
    parent.appendChild(holder);
    return input;
  }
  var t = config.texts;
  var back = make("div", { class: "back" });
  var box = make("form", { class: "box", role: "dialog", "aria-modal": "true", "aria-label": t.title });
  box.appendChild(make("h2", {}, t.title));
  box.appendChild(make("p", {}, (t.subtitle + " " + t.subtitle2).trim()));
  var told = make("p", { class: "told", role: "alert" });
  box.appendChild(told);
  var inputs = {
    name: field(box, "name", t.labelName, "input", { autocomplete: "name", maxlength: "128" }, config.name),
    email: field(box, "email", t.labelEmail, "input", { type: "email", autocomplete: "email", maxlength: "255" }, config.email),
    comments: field(box, "comments", t.labelComments, "textarea", { maxlength: "4096" }, ""),
  };
  var submit = make("button", { type: "submit" }, t.labelSubmit);
  var close = make("button", { type: "button", class: "quiet" }, t.labelClose);
  box.appendChild(submit);
  box.appendChild(close);
  back.appendChild(box);
  root.appendChild(back);
  function end() {
    doc.removeEventListener("keydown", onKey);
    host.remove();
  }
  function onKey(event) {
    if (event.key === "Escape") end();
  }
  function refuse(text) {
    told.textContent = text;
    submit.disabled = false;
  }
  close.addEventListener("click", end);
  doc.addEventListener("keydown", onKey);
  box.addEventListener("submit", function (event) {
    event.preventDefault();
    submit.disabled = true;
    var body = new URLSearchParams();
    for (var key in inputs) {
      inputs[key].className = "";
      body.append(key, inputs[key].value);
    }
    fetch(endpoint, { method: "POST", body: body, credentials: "omit" })
      .then(function (answer) {
        if (answer.status === 400) {
          return answer.json().then(function (said) {
            for (var key in said.errors) if (inputs[key]) inputs[key].className = "bad";
            refuse(t.errorFormEntry);
          });
        }
        if (!answer.ok) return refuse(t.errorGeneric);
        while (box.firstChild) box.removeChild(box.firstChild);
        box.appendChild(make("p", { role: "status" }, t.successMessage));
        box.appendChild(close);
        close.focus();
      })
      .catch(function () {
        refuse(t.errorGeneric);
      });
  });
  (doc.body || doc.documentElement).appendChild(host);
  inputs.name.focus();
})
