import { useVisCanvasContext } from "@h5web/lib";
import { useThree } from "@react-three/fiber";
import { useEffect } from "react";

/** What can be done to the camera from outside of the canvas. */
export interface Camera {
  /** Shows the whole frame. */
  readonly fit: () => void;
  /** Shows a pixel as a point of the screen. */
  readonly oneToOne: () => void;
  /** Comes nearer by a factor, or goes away where it is less than 1. */
  readonly zoom: (factor: number) => void;
  /** The picture as it is on the canvas. */
  readonly snapshot: () => Promise<Blob | null>;
}

interface CameraBridgeProps {
  /** Columns of the frame. */
  readonly columns: number;
  readonly onReady: (camera: Camera | undefined) => void;
}

/** Hands the camera to who is outside of the canvas. */
export function CameraBridge({ columns, onReady }: CameraBridgeProps) {
  const { camera, gl, scene, invalidate } = useThree();
  const { visSize } = useVisCanvasContext();
  useEffect(() => {
    function scaleTo(scale: number) {
      camera.scale.set(scale, scale, 1);
      const [x, y] = [visSize.width, visSize.height].map(
        (length) => Math.max((1 - scale) * length, 0) / 2,
      );
      camera.position.x = Math.min(Math.max(camera.position.x, -(x ?? 0)), x ?? 0);
      camera.position.y = Math.min(Math.max(camera.position.y, -(y ?? 0)), y ?? 0);
      camera.updateMatrixWorld();
      invalidate();
    }
    onReady({
      fit: () => {
        scaleTo(1);
      },
      oneToOne: () => {
        scaleTo(visSize.width / columns);
      },
      zoom: (factor) => {
        scaleTo(Math.min(camera.scale.x / factor, 1));
      },
      snapshot: () => {
        gl.render(scene, camera); // or else the buffer is empty already
        return new Promise((resolve) => {
          gl.domElement.toBlob(resolve, "image/png");
        });
      },
    });
    return () => {
      onReady(undefined);
    };
  }, [camera, gl, scene, invalidate, visSize, columns, onReady]);
  return null;
}
