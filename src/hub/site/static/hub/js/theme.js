// Before the first paint: the colours the reader chose on this device. Without a choice the device decides.
try {
  const choice = localStorage.getItem("theme");
  if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
} catch {
  // no storage, no choice
}
