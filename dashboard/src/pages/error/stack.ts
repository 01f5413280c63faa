/** Exceptions and frames, read for people. */
import type { Shown } from "~/pages/error/documents";

export type Exception = Shown["exceptions"][number];
export type Frame = Exception["frames"][number];

/** What was raised last comes first: that is what people see, and below it why. */
export const shownFirst = (exceptions: readonly Exception[]): Exception[] => exceptions.toReversed();

export const nameOf = ({ type, value }: Exception): string => [type, value].filter(Boolean).join(": ") || "Exception";

export function placeOf(frame: Frame): string {
  const file = frame.filename || frame.module || frame.absolutePath || "?";
  const line = frame.lineNumber ? `:${frame.lineNumber}` : "";
  return `${file}${line}${frame.lineNumber && frame.columnNumber ? `:${frame.columnNumber}` : ""}`;
}

/** How an exception came to the one above it. */
export function relationOf(exception: Exception): string {
  const mechanism = (exception.mechanism ?? {}) as { source?: string; is_exception_group?: boolean; type?: string };
  if (mechanism.source === "__context__") return "While this was handled";
  // "exceptions[0]" in Python, "errors[0]" in JavaScript.
  if (/\[\d+\]$/.test(mechanism.source ?? "")) return "In the group";
  return "Caused by";
}

export interface Run {
  frames: Frame[];
  /** What is folded together: frames of libraries, or the same frame over and over. */
  folds: "library" | "same" | null;
  at: number;
}

const isSame = (a: Frame | undefined, b: Frame): boolean => a !== undefined && placeOf(a) === placeOf(b) && a.function === b.function;

/** Frames, the raising one first; those of libraries are folded where the program has frames of its own, and so is recursion. */
export function runsOf(frames: readonly Frame[], isAll: boolean): Run[] {
  const newest = frames.toReversed();
  const hasOwn = newest.some(({ isInApp }) => isInApp);
  const runs: Run[] = [];
  newest.forEach((frame, at) => {
    const last = runs.at(-1);
    const folds = !isAll && hasOwn && !frame.isInApp ? "library" : isSame(last?.frames.at(-1), frame) ? "same" : null;
    if (folds && last?.folds === folds) last.frames.push(frame);
    else runs.push({ frames: [frame], folds, at });
  });
  return runs;
}

/** The traceback as a program would print it. */
export function rawOf(exceptions: readonly Exception[], isPython: boolean): string {
  return exceptions
    .map((exception) => {
      const frames = isPython ? exception.frames : exception.frames.toReversed();
      const lines = frames.map((frame) =>
        isPython
          ? `  File "${frame.filename ?? frame.module ?? "?"}", line ${frame.lineNumber ?? "?"}, in ${frame.function ?? "?"}${frame.contextLine ? `\n    ${frame.contextLine.trim()}` : ""}`
          : `    at ${frame.function ?? "?"} (${placeOf(frame)})`,
      );
      return isPython
        ? ["Traceback (most recent call last):", ...lines, nameOf(exception)].join("\n")
        : [nameOf(exception), ...lines].join("\n");
    })
    .join("\n\n");
}
