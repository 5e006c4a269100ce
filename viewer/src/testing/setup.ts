import "@testing-library/jest-dom/vitest";

import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

/** H5Web's panels and canvases need one; jsdom, which lays nothing out, has none. */
class NothingResizes implements ResizeObserver {
  observe() {
    // nothing to tell
  }
  unobserve() {
    // nothing to tell
  }
  disconnect() {
    // nothing to tell
  }
}

globalThis.ResizeObserver = NothingResizes;

afterEach(cleanup);
