import type { Camera } from "./camera";
import { Check } from "./fields";
import { TOOLS, useSettings } from "./settings";

interface ToolsProps {
  readonly camera: Camera | undefined;
}

/** What a drag does, and how near the image is. */
export function Tools({ camera }: ToolsProps) {
  const { tool, fromTop, change } = useSettings();
  return (
    <>
      <div className="image-buttons" role="group" aria-label="Tools">
        {TOOLS.map(({ id, label, hint }) => (
          <button
            key={id}
            type="button"
            title={hint}
            aria-pressed={id === tool}
            onClick={() => {
              change({ tool: id });
            }}
          >
            {label}
          </button>
        ))}
      </div>
      <div className="image-buttons" role="group" aria-label="Zoom">
        <button type="button" title="Show the whole frame (f)" onClick={camera?.fit}>
          Fit
        </button>
        <button
          type="button"
          title="A pixel of the frame as a point of the screen"
          onClick={camera?.oneToOne}
        >
          1:1
        </button>
        <button
          type="button"
          aria-label="Zoom out"
          title="Away (-)"
          onClick={() => camera?.zoom(0.8)}
        >
          −
        </button>
        <button
          type="button"
          aria-label="Zoom in"
          title="Nearer (+)"
          onClick={() => camera?.zoom(1.25)}
        >
          +
        </button>
      </div>
      <Check
        label="Row 0 at the top"
        checked={fromTop}
        onChange={(checked) => {
          change({ fromTop: checked });
        }}
      />
    </>
  );
}
