import type { ColorMap } from "@h5web/lib";
import { useState } from "react";

import { messageOf } from "../api/errors";
import { useDebounced } from "../controls/debounced";
import { ChoiceField } from "../controls/fields";
import { count } from "../jobs/words";
import { Notice } from "../shell/notice";
import type { ScanFound } from "./answers";
import { BeforeAfter, type Cross } from "./before-after";
import { useFlatField } from "./form";
import { ContrastBar, FrameBar } from "./frame-bar";
import type { Limits } from "./mix";
import { Profile } from "./profile";
import { useFrame, useLimits } from "./use-correction";

/** Milliseconds that the slider must rest, so that frames passed over are not read. */
const RESTED = 40;

interface FrameViewProps {
  readonly source: string;
  readonly choices: string;
  readonly found: ScanFound;
}

/** A frame before and after its correction, and the values along a line of it. */
export function FrameView({ source, choices, found }: FrameViewProps) {
  const { frame: wanted, show } = useFlatField();
  const last = found.frames.length - 1;
  const frame = Math.min(wanted, last);
  const [, rows, columns] = found.shape;
  const quantity = isLog(choices) ? "absorption" : "transmission";
  const asked = useDebounced(frame, RESTED);
  const { data, error, references } = useFrame(source, choices, asked, last + 1);
  const { limits: auto, reset } = useLimits(source, choices, data);
  const [own, setOwn] = useState<{ key: string; limits: readonly [Limits, Limits] }>();
  const [colorMap, setColorMap] = useState<ColorMap>("Greys");
  const [cut, setCut] = useState(Math.round(columns / 2));
  const [along, setAlong] = useState<"row" | "column">("row");
  const [cross, setCross] = useState<Cross>({
    row: Math.floor(rows / 2),
    column: Math.floor(columns / 2),
  });
  const key = `${source} ${choices}`;
  const limits = own?.key === key ? own.limits : auto;
  if (error) return <Notice kind="error">{messageOf(error)}</Notice>;
  return (
    <section className="frame-view" aria-label="Before and after">
      <div className="frame-bars">
        <FrameBar
          found={found}
          frame={frame}
          onFrame={show}
          isReading={data?.number !== frame}
        />
        <ContrastBar
          limits={limits}
          quantity={quantity}
          onLimits={(limits) => {
            setOwn({ key, limits });
          }}
          onReset={() => {
            setOwn(undefined);
            reset();
          }}
          colorMap={colorMap}
          onColorMap={setColorMap}
        />
      </div>
      <div className="frame-canvas">
        {data && limits ? (
          <BeforeAfter
            frame={data}
            references={references}
            limits={limits}
            colorMap={colorMap}
            quantity={quantity}
            cut={Math.min(cut, data.columns)}
            onCut={setCut}
            along={along}
            cross={cross}
            onCross={setCross}
          />
        ) : (
          <Notice>Combining flats and darks …</Notice>
        )}
      </div>
      {data && (
        <div className="frame-profile">
          <div className="frame-profile-head">
            <ChoiceField
              label="Profile along"
              title="Click into the image to choose where"
              value={along}
              options={[
                ["row", `row ${cross.row}`],
                ["column", `column ${cross.column}`],
              ]}
              onChange={setAlong}
            />
            <p className="field-hint" role="status">
              {count(data.invalid ?? 0, "invalid pixel")}
              {data.step > 1 && `; every ${data.step}th pixel is shown`}
            </p>
          </div>
          <Profile
            images={data.images}
            along={along}
            at={Math.floor((along === "row" ? cross.row : cross.column) / data.step)}
            quantity={quantity}
          />
        </div>
      )}
    </section>
  );
}

const isLog = (choices: string) =>
  (JSON.parse(choices) as { log?: boolean }).log === true;
