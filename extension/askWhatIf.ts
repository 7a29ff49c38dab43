/** What if: the changes that make sense at a place, with what each would come to, to choose from. */
import * as vscode from "vscode";
import { inSlices } from "./slices";
import { formatChange, formatDuration, type Trace } from "./trace";
import { choicesAt, linesText, NoEffect, whatIf, type Choice, type Lines, type WhatIf } from "./whatif";

interface Answer extends vscode.QuickPickItem {
  readonly result?: WhatIf;
}

/** undefined: none was chosen. */
export async function askWhatIf(trace: Trace, places: readonly Lines[]): Promise<WhatIf | undefined> {
  const pick = vscode.window.createQuickPick<Answer>();
  let isOpen = true;
  pick.title = `What if, at ${places.map(linesText).join(", ")}`;
  pick.placeholder = `The run took ${formatDuration(trace.end)}. Choose a change to see it run.`;
  pick.busy = true;
  pick.matchOnDescription = true;
  const chosen = new Promise<WhatIf | undefined>((resolve) => {
    pick.onDidAccept(() => {
      const [answer] = pick.selectedItems;
      if (answer?.result === undefined) return;
      resolve(answer.result);
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
  const choices = (await inSlices(choicesAt(trace, places), goesOn)) ?? [];
  for (const choice of choices) {
    const answer = await answerTo(trace, choice, goesOn);
    if (!goesOn()) break;
    if (answer !== undefined) pick.items = [...pick.items, answer];
  }
  if (goesOn()) {
    pick.busy = false;
    if (pick.items.length === 0) pick.placeholder = "Nothing that could be changed here takes time in this run.";
  }
  return chosen;
}

async function answerTo(trace: Trace, choice: Choice, goesOn: () => boolean): Promise<Answer | undefined> {
  let result: WhatIf | undefined;
  try {
    result = await inSlices(whatIf(trace, choice.changes), goesOn);
  } catch (error) {
    if (error instanceof NoEffect) return undefined;
    throw error;
  }
  if (result === undefined) return undefined;
  const { projected, recorded } = result;
  const change = formatChange(recorded, projected);
  return { label: choice.label, description: `${formatDuration(projected)}, ${change}`, result };
}
