import { count } from "../jobs/words";
import type { ScanFound, SeriesFound } from "./answers";

/** What was found of a scan, in words, and what is likely not meant. */
export function Found({ found }: { readonly found: ScanFound }) {
  const [frames, rows, columns] = found.shape;
  const chosen = found.frames.length;
  const of = chosen < frames ? ` of ${frames}` : "";
  return (
    <div className="found">
      <dl>
        <dt>Raw</dt>
        <dd>
          {count(chosen, "frame")}
          {of}, {rows} × {columns} {found.dtype}
          <span className="found-more">placed by {found.placed_by}</span>
        </dd>
        <dt>Flats</dt>
        <dd>
          <Series series={found.flats} />
        </dd>
        <dt>Darks</dt>
        <dd>
          <Series series={found.darks} />
        </dd>
      </dl>
      {found.warnings.map((warning) => (
        <p key={warning} className="found-warning" role="status">
          {warning}
        </p>
      ))}
      <details className="found-plan">
        <summary>The plan in full</summary>
        <table>
          <tbody>
            {found.plan.map(([label, text], index) => (
              <tr key={index}>
                <th scope="row">{label}</th>
                <td>{text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}

function Series({ series }: { readonly series: readonly SeriesFound[] }) {
  if (series.length === 0) return <>none: taken as zero</>;
  const images = series.reduce((sum, one) => sum + one.images, 0);
  const places = [...new Set(series.flatMap((one) => one.places))];
  const at = series.map((one) => Number(one.position.toPrecision(6))).join(", ");
  return (
    <span title={places.join("\n")}>
      {count(images, "image")}
      {images > series.length && `, combined into ${series.length}`}
      <span className="found-more">
        {series.length > 1 ? `at ${at}, interpolated between` : "used for every frame"}
      </span>
    </span>
  );
}
