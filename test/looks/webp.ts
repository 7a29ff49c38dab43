/** Screenshots are PNG; kept pictures are WebP, a quarter as large. The browser that drew them converts them. */
import type { Page } from "playwright-core";

/** A picture that is kept may take so many bytes: it stays in the repository for ever. */
export const SIZE_LIMIT = 60_000;
/** As good as it can be within the limit. */
const QUALITIES = [0.9, 0.8, 0.7, 0.55, 0.4, 0.3, 0.2];

export async function toWebp(page: Page, png: Uint8Array): Promise<Uint8Array> {
  const converter = await page.context().newPage();
  try {
    let webp: Uint8Array = png;
    for (const quality of QUALITIES) {
      const base64 = await converter.evaluate(
        async ([text, wanted]) => {
          const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
          const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
          canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
          const blob = await canvas.convertToBlob({ type: "image/webp", quality: wanted });
          const content = new Uint8Array(await blob.arrayBuffer());
          let letters = "";
          for (const byte of content) letters += String.fromCharCode(byte);
          return btoa(letters);
        },
        [Buffer.from(png).toString("base64"), quality] as const,
      );
      webp = Buffer.from(base64, "base64");
      if (webp.byteLength <= SIZE_LIMIT) break;
    }
    return webp;
  } finally {
    await converter.close();
  }
}
