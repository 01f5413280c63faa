/** A person as two letters; the colour is always the same for the same person. */
export const initials = (name: string): string => {
  const [first = "?", ...rest] = name.trim().split(/\s+/);
  const last = rest.at(-1);
  return ((first[0] ?? "?") + (last?.[0] ?? first[1] ?? "")).toUpperCase();
};

function hue(text: string): number {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + letter.codePointAt(0)!) % 6;
  return sum;
}

export function Avatar({ person, size = "usual" }: { person: { id: string; name: string }; size?: "usual" | "small" }) {
  return (
    <span class={`avatar hue-${hue(person.id)} ${size}`} title={person.name} aria-label={person.name} role="img">
      {initials(person.name)}
    </span>
  );
}
