import { useState } from "react";

import { useClient } from "../api/context";
import { messageOf } from "../api/errors";
import type { Camera } from "./camera";
import { colourText } from "./colours";
import type { Limits } from "./contrast";
import { type Frame, queryOf, sliceOf } from "./frame";
import { save } from "./saving";
import { useSettings } from "./settings";
import type { Box } from "./shapes";

const FORMATS = [
  { format: "png", label: "PNG, whole frame", type: "image/png" },
  { format: "tiff", label: "TIFF, numbers", type: "image/tiff" },
  { format: "npy", label: "npy, numbers", type: "application/octet-stream" },
  { format: "csv", label: "CSV, numbers", type: "text/csv" },
] as const;

interface SaveMenuProps {
  readonly file: string;
  readonly path: string;
  readonly frame: Frame;
  readonly limits: Limits;
  readonly region: Box | undefined;
  readonly camera: Camera | undefined;
}

/** Saves what is seen, or the data of the frame or of the region. */
export function SaveMenu({ file, path, frame, limits, region, camera }: SaveMenuProps) {
  const client = useClient();
  const { colours, invert, scale, fromTop } = useSettings();
  const [problem, setProblem] = useState("");
  const name = `${path.split("/").at(-1) ?? "image"}-${sliceOf(frame)}`;

  async function saved(choice: string) {
    if (choice === "view") {
      const picture = await camera?.snapshot();
      if (picture) save(`${name}.png`, picture, "image/png");
      return;
    }
    const [what, format] = choice.split(" ");
    const known = FORMATS.find((each) => each.format === format);
    if (!known) return;
    const shown =
      format === "png"
        ? { low: limits[0], high: limits[1], scale, flipped: !fromTop }
        : {};
    const table = format === "png" ? { colours: colourText(colours, invert) } : {};
    const part = what === "region" ? region : undefined;
    const params = { file, path, ...queryOf(frame), ...part, ...shown, ...table };
    const bytes = await client.bytes("export", { ...params, format });
    save(`${name}${part ? "-region" : ""}.${format}`, bytes, known.type);
  }
  return (
    <label className="image-field" title={problem}>
      <span>Save</span>
      <select
        aria-invalid={problem !== ""}
        value=""
        onChange={(event) => {
          setProblem("");
          saved(event.target.value).catch((error: unknown) => {
            setProblem(messageOf(error));
          });
        }}
      >
        <option value="" disabled>
          {problem ? "Failed" : "as …"}
        </option>
        <option value="view">PNG, what is seen</option>
        {FORMATS.map(({ format, label }) => (
          <option key={format} value={`frame ${format}`}>
            {label}
          </option>
        ))}
        {region &&
          FORMATS.map(({ format, label }) => (
            <option key={format} value={`region ${format}`}>
              {`Region: ${label}`}
            </option>
          ))}
      </select>
    </label>
  );
}
