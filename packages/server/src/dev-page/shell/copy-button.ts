import { element } from "./dom.ts";

/** Milliseconds that a button shows what came of it. */
const shown = 2_000;

/** Copies what `text` is when the button is pressed, and says so. */
export function copies(button: HTMLButtonElement, text: () => string): void {
  const label = button.textContent;
  const said = element("span", { class: "unseen", role: "status" });
  button.after(said);
  let back: ReturnType<typeof setTimeout> | undefined;
  button.addEventListener("click", () => {
    void copy(text()).then((done) => {
      button.textContent = done ? "Copied" : "Not copied";
      said.textContent = done
        ? "Copied."
        : "Not copied: the browser did not allow it. Select the text instead.";
      clearTimeout(back);
      back = setTimeout(() => {
        button.textContent = label;
        said.textContent = "";
      }, shown);
    });
  });
}

export function copyButton(label: string, text: () => string): DocumentFragment {
  const button = element("button", { class: "button small", type: "button" }, label);
  const holder = document.createDocumentFragment();
  holder.append(button);
  copies(button, text);
  return holder;
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** Where the page came over plain http from another machine there is no clipboard API. */
function copyBySelection(text: string): boolean {
  const before = document.activeElement;
  const area = element("textarea", { class: "unseen", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}
