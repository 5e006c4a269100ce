import { Notice } from "../shell/notice";

/** What the chosen object holds. */
export function ViewPage() {
  return <Notice>Choose a file on the left.</Notice>;
}
