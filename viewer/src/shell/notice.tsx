import type { ReactNode } from "react";

interface NoticeProps {
  readonly kind?: "empty" | "error";
  readonly children: ReactNode;
}

/** A sentence in the place of a page that has nothing to show, or failed to. */
export function Notice({ kind = "empty", children }: NoticeProps) {
  return (
    <p
      className={`notice notice-${kind}`}
      role={kind === "error" ? "alert" : undefined}
    >
      {children}
    </p>
  );
}
