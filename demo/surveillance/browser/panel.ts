import { element, part } from "../../../packages/server/src/dev-page/shell/dom.ts";
import type { ActionRequest } from "../actions.ts";
import { panelLines, type Choice, type Material, type PanelAction, type PanelLine } from "./panel-lines.ts";

/** Publishes; `label` is what the panel calls it. */
type Act = (request: ActionRequest, label: string) => void;
/** Says why nothing was published. */
type Refuse = (why: string) => void;

/** The control panel: each line publishes one event. */
export class Panel {
  private readonly lines: readonly Line[];

  constructor(act: Act, refuse: Refuse) {
    this.lines = panelLines.map((line) => new Line(line, act, refuse));
    part("#panel", HTMLElement).append(...this.lines.map(({ form }) => form));
  }

  show(material: Material): void {
    for (const line of this.lines) line.show(material);
  }

  /** While the connection is cut nothing can be published. */
  enable(enabled: boolean): void {
    for (const line of this.lines) line.enable(enabled);
  }
}

class Line {
  readonly form: HTMLFormElement;
  private readonly action = element("select", { class: "input" });
  private readonly about = element("select", { class: "input" });
  private readonly text = element("input", { class: "input", maxlength: "80", autocomplete: "off" });
  private readonly button = element("button", { class: "button", type: "submit" }, "Publish");
  private choices: readonly Choice[] = [];
  private material: Material | undefined;
  private enabled = true;
  private shown: PanelAction | undefined;

  constructor(
    private readonly line: PanelLine,
    act: Act,
    private readonly refuse: Refuse,
  ) {
    const { id, label, actions } = line;
    this.action.id = `panel-${id}`;
    this.action.append(...actions.map((one, index) => new Option(one.label, String(index))));
    // With one event there is nothing to choose.
    this.action.hidden = actions.length === 1;
    this.about.setAttribute("aria-label", `${label}: which one`);
    this.button.setAttribute("aria-label", `Publish: ${label}`);
    const title =
      actions.length === 1
        ? element("span", { class: "panel-label" }, label)
        : element("label", { class: "panel-label", for: this.action.id }, label);
    this.form = element(
      "form",
      { class: "panel-line", "data-line": id },
      title,
      element("div", { class: "panel-fields" }, this.action, this.about, this.text, this.button),
    );
    this.action.addEventListener("change", () => {
      this.draw();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const request = this.request();
      if (request !== undefined) act(request, `${label}, ${this.chosen?.label ?? ""}`);
    });
  }

  show(material: Material): void {
    this.material = material;
    this.draw();
  }

  enable(enabled: boolean): void {
    this.enabled = enabled;
    this.draw();
  }

  private get chosen(): PanelAction | undefined {
    return this.line.actions[Number(this.action.value)];
  }

  private request(): ActionRequest | undefined {
    const action = this.chosen;
    if (action === undefined || this.button.disabled) return undefined;
    const text = action.fixed ?? (action.text === undefined ? undefined : this.text.value.trim());
    if (text === "" && action.text?.missing !== undefined) {
      this.refuse(action.text.missing);
      this.text.focus();
      return undefined;
    }
    // Its value is what the option's text says; the list has it as it was.
    const about = this.choices.find(({ value }) => String(value) === this.about.value)?.value;
    return {
      action: action.name,
      ...(action.about === undefined || about === undefined ? {} : { about }),
      ...(text === undefined ? {} : { text }),
    };
  }

  private draw(): void {
    const action = this.chosen;
    if (action === undefined || this.material === undefined) return;
    this.choices = action.about?.(this.material) ?? [];
    const empty = action.about !== undefined && this.choices.length === 0;
    this.about.hidden = action.about === undefined;
    showOptions(this.about, empty ? [{ value: "", label: action.none ?? "none" }] : this.choices);
    this.text.hidden = action.text === undefined;
    if (action.text !== undefined && this.shown !== action) {
      this.text.setAttribute("aria-label", `${this.line.label}: ${action.text.label}`);
      this.text.placeholder = action.text.label;
      this.text.value = action.text.first;
    }
    this.shown = action;
    this.about.disabled = empty;
    this.button.disabled = empty || !this.enabled;
  }
}

/** Leaves the list alone where nothing changed: it may be open. */
function showOptions(select: HTMLSelectElement, choices: readonly Choice[]): void {
  const same =
    select.options.length === choices.length &&
    choices.every(
      ({ value, label }, index) =>
        select.options[index]?.value === String(value) && select.options[index].text === label,
    );
  if (same) return;
  const { value } = select;
  select.replaceChildren(...choices.map((choice) => new Option(choice.label, String(choice.value))));
  if (choices.some((choice) => String(choice.value) === value)) select.value = value;
}
