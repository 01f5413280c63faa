/** The files that came with the event. */
import { Empty } from "~/parts/States";
import { Icon } from "~/parts/Icon";
import type { Shown } from "~/pages/error/documents";

export const sized = (bytes: number): string =>
  bytes < 1024 ? `${bytes} B` : bytes < 1_048_576 ? `${(bytes / 1024).toFixed(1)} kB` : `${(bytes / 1_048_576).toFixed(1)} MB`;

export function Attachments({ event }: { event: Shown }) {
  if (!event.attachments.length) {
    return <Empty icon="file" title="No attachments">Files come with events: <code>scope.add_attachment(path="report.log")</code></Empty>;
  }
  return (
    <ul class="attachments">
      {event.attachments.map((each) => (
        <li key={each.id} class="card">
          {each.isImage ? <img src={each.url} alt={each.filename} loading="lazy" /> : <Icon name="file" size={28} />}
          <a href={each.url} download={each.filename}>{each.filename}</a>
          <small class="dim">{sized(each.size)} · {each.contentType}</small>
        </li>
      ))}
    </ul>
  );
}
