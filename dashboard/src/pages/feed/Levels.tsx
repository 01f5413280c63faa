/** Which levels are shown: none chosen is all. */
import type { LogLevel } from "~/gql/enums";

export const LEVELS: LogLevel[] = ["CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"];

export function Levels({ chosen, onChoose }: { chosen: LogLevel[]; onChoose: (levels: LogLevel[]) => void }) {
  const toggle = (level: LogLevel) =>
    onChoose(chosen.includes(level) ? chosen.filter((each) => each !== level) : LEVELS.filter((each) => each === level || chosen.includes(each)));
  return (
    <div class="levels" role="group" aria-label="Levels">
      {LEVELS.map((level) => (
        <button key={level} type="button" class={`level ${level.toLowerCase()}`} aria-pressed={chosen.includes(level)} onClick={() => toggle(level)}>
          {level.toLowerCase()}
        </button>
      ))}
    </div>
  );
}
