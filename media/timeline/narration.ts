/** What a target is, in a line: for the tooltip and for the screen reader. */
import { describeWaker, formatDuration, siteTotal } from "../../extension/trace";
import type { Model } from "./model";
import type { Slice } from "./slices";
import type { Target } from "./targets";
import { wokenStep } from "./walk";
import { fullName } from "./names";
import { callbackStory } from "./runStory";
import { plain, sitePart } from "./sentence";
import { groupStory, jobStory, outcomeWords, sliceStory } from "./story";

export interface Caption {
  readonly title: string;
  readonly text: string;
}

export function caption(model: Model, target: Target): Caption | undefined {
  const { trace } = model;
  switch (target.kind) {
    case "slice": {
      const task = trace.task(target.slice.task);
      if (task === undefined) return undefined;
      return { title: fullName(task), text: plain(sliceStory(trace, model.laneOf(task.id), task, target.slice)) };
    }
    case "task": {
      const task = trace.task(target.task);
      if (task === undefined) return undefined;
      const long = formatDuration((task.ended ?? trace.end) - task.created);
      return { title: fullName(task), text: `${long}, ${outcomeWords(task)}` };
    }
    case "callback": {
      return { title: "Event loop", text: plain(callbackStory(trace, target.loop, target.step)) };
    }
    case "group": {
      const group = trace.group(target.group);
      return group && { title: "Group", text: plain(groupStory(trace, group)) };
    }
    case "job": {
      const job = trace.job(target.job);
      const owner = trace.task(job?.task ?? 0);
      return (
        job && { title: owner === undefined ? "Executor job" : fullName(owner), text: plain(jobStory(trace, job)) }
      );
    }
    case "site": {
      const n = siteTotal(trace, target.site)?.count ?? 0;
      return { title: plain([sitePart(target.site)]), text: `awaited ${n} ${n === 1 ? "time" : "times"}` };
    }
  }
}

export function announce(model: Model, target: Target): string {
  const words = caption(model, target);
  return words === undefined ? "" : `${words.title}: ${words.text}`;
}

/** What woke the task, where that was no step of another. */
export function announceWaker(model: Model, slice: Slice): string {
  const step = wokenStep(model, slice);
  return step === undefined ? "It was not woken again" : sentence(describeWaker(model.trace, step));
}

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

export function announceWindow(model: Model): string {
  const { extent, window } = model;
  const [from, to] = [Math.max(window.from, extent.from), Math.min(window.to, extent.to)];
  return `Shown: ${model.moment(from)} to ${model.moment(to)}`;
}
