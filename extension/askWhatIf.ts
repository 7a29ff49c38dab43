/** What if: the changes that make sense at a place, with what each would come to, to choose from. */
import * as vscode from "vscode";
import { CannotRun } from "./cannotRun";
import { inSlices } from "./slices";
import { formatChange, formatDuration, type Trace } from "./trace";
import { choicesAt, linesText, NoEffect, whatIf, type Asked, type Change, type Lines, type WhatIf } from "./whatif";

interface Answer extends vscode.QuickPickItem {
  readonly result?: WhatIf;
  /** Its number is asked for. */
  readonly asked?: Asked;
}

/** undefined: none was chosen. */
export async function askWhatIf(trace: Trace, places: readonly Lines[]): Promise<WhatIf | undefined> {
  const title = `What if, at ${places.map(linesText).join(", ")}`;
  const answer = await choose(trace, places, title);
  return answer?.asked === undefined ? answer?.result : await askNumber(trace, answer.asked, title);
}

async function choose(trace: Trace, places: readonly Lines[], title: string): Promise<Answer | undefined> {
  const pick = vscode.window.createQuickPick<Answer>();
  let isOpen = true;
  pick.title = title;
  pick.placeholder = `The run took ${formatDuration(trace.end)}. Choose a change to see it run.`;
  pick.busy = true;
  pick.matchOnDescription = true;
  const chosen = new Promise<Answer | undefined>((resolve) => {
    pick.onDidAccept(() => {
      const [answer] = pick.selectedItems;
      if (answer === undefined) return;
      resolve(answer);
      pick.hide();
    });
    pick.onDidHide(() => {
      isOpen = false;
      resolve(undefined);
      pick.dispose();
    });
  });
  pick.show();
  const goesOn = (): boolean => isOpen;
  const { choices = [], asked = [] } = (await inSlices(choicesAt(trace, places), goesOn)) ?? {};
  const reasons = new Set<string>();
  for (const { label, changes } of choices) {
    const result = await answerTo(trace, changes, goesOn);
    if (!goesOn()) break;
    if (typeof result === "string") reasons.add(result);
    else if (result !== undefined) pick.items = [...pick.items, { label, description: outcome(result), result }];
  }
  if (goesOn()) {
    pick.busy = false;
    if (pick.items.length > 0)
      pick.items = [
        ...pick.items,
        ...asked.map((one): Answer => ({ label: one.label, description: "a number of your own", asked: one })),
      ];
    else
      pick.placeholder =
        reasons.size === 1 ? [...reasons].join() : "Nothing that could be changed here takes time in this run.";
  }
  return chosen;
}

async function askNumber(
  trace: Trace,
  { prompt, value, changesFor }: Asked,
  title: string,
): Promise<WhatIf | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    prompt,
    value,
    validateInput: (typed) => {
      const changes = changesFor(typed);
      return typeof changes === "string" ? changes : undefined;
    },
  });
  const changes = text === undefined ? undefined : changesFor(text);
  if (changes === undefined || typeof changes === "string") return undefined;
  const options = { location: vscode.ProgressLocation.Window, title: "Awaitscope: running the run again" };
  const result = await vscode.window.withProgress(options, () => answerTo(trace, changes, () => true));
  if (typeof result === "string") throw new CannotRun("no-file", result);
  return result;
}

/** A text says why it would change nothing. */
async function answerTo(
  trace: Trace,
  changes: readonly Change[],
  goesOn: () => boolean,
): Promise<WhatIf | string | undefined> {
  try {
    return await inSlices(whatIf(trace, changes), goesOn);
  } catch (error) {
    if (error instanceof NoEffect) return error.message;
    throw error;
  }
}

function outcome({ recorded, projected }: WhatIf): string {
  return `${formatDuration(projected)}, ${formatChange(recorded, projected)}`;
}
