// Before anything is drawn: the theme that was chosen here.
try {
  document.documentElement.dataset.theme = localStorage.getItem("tocsin.theme") || "auto";
} catch {
  // A browser that keeps nothing shows the theme of its system.
}
