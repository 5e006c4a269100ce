/** A drawing as the bytes of a PNG file, of twice its size. */
export async function pngOf(svg: string): Promise<Blob> {
  const image = new Image();
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 2 * image.naturalWidth;
    canvas.height = 2 * image.naturalHeight;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => {
        if (blob) resolve(blob);
        else reject(new Error("The browser could not write the picture"));
      }, "image/png");
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** A name for a file that holds what lies under a path. */
export function fileName(path: string, suffix: string): string {
  const last = path.split("/").filter(Boolean).at(-1) ?? "curve";
  return `${last.replace(/[^\w.-]+/g, "_")}.${suffix}`;
}
