import { NumberField } from "./fields";
import { numberText } from "./numbers";

/** Pixels that the server takes a mean across, at most. */
const WIDEST = 1000;

interface LinePanelProps {
  readonly width: number;
  readonly length: number;
  readonly onWidth: (width: number) => void;
  readonly onRemove: () => void;
}

/** How wide the line is that values are taken along. */
export function LinePanel({ width, length, onWidth, onRemove }: LinePanelProps) {
  return (
    <section className="image-panel" aria-label="Line">
      <h2>Line</h2>
      <div className="image-row">
        <NumberField
          label="Width"
          title="In pixels: the mean is taken across"
          step={1}
          value={width}
          onChange={(value) => {
            onWidth(Math.min(Math.max(Math.round(value), 1), WIDEST));
          }}
        />
        <span className="image-note">{numberText(length, 5)} pixels long</span>
        <button type="button" onClick={onRemove}>
          Remove
        </button>
      </div>
    </section>
  );
}
