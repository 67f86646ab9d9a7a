/**
 * A flat map of very many points, drawn once, larger than the screen, and shown from there: while the hand pans, a
 * frame costs as much as a picture and not as much as its points, and lies within half a pixel of where it would be
 * drawn. It knows how to keep a drawing, not what is drawn.
 */

/** @import {FrameState} from "./types.js" */

/** Of the screen, on each side: how far the hand gets before the map has to be drawn again. */
const MARGIN = 0.25;

/** @param {WebGL2RenderingContext} gl */
export function createBackdrop(gl) {
  const framebuffer = gl.createFramebuffer();
  const pixels = gl.createRenderbuffer();
  /**
   * Where the middle of what was drawn lies, and all else that it depends on.
   * @type {{x: number, y: number, of: string} | null}
   */
  let kept = null;

  return {
    forget() {
      kept = null;
    },
    /**
     * @param {FrameState} frame
     * @param {(frame: FrameState, width: number, height: number) => void} paint  on a canvas of this size
     */
    show(frame, paint) {
      const [width, height] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
      const [left, bottom] = [Math.round(MARGIN * width), Math.round(MARGIN * height)];
      const [x, y] = [frame.matrix[12], frame.matrix[13]];
      const of = [width, height, frame.matrix[0], frame.matrix[5], frame.pointScale, ...frame.film].join();
      const moved =
        kept?.of === of
          ? [Math.round(((x - kept.x) * width) / 2), Math.round(((y - kept.y) * height) / 2)]
          : [Infinity, Infinity];
      if (Math.abs(moved[0]) > left || Math.abs(moved[1]) > bottom) {
        const [wide, high] = [width + 2 * left, height + 2 * bottom];
        gl.bindRenderbuffer(gl.RENDERBUFFER, pixels);
        gl.renderbufferStorage(gl.RENDERBUFFER, gl.RGBA8, wide, high);
        gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
        gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.RENDERBUFFER, pixels);
        const scale = [width / wide, height / high, 1, 1];
        paint({ ...frame, matrix: frame.matrix.map((value, i) => value * scale[i % 4]), hovered: -1 }, wide, high);
        kept = { x, y, of };
        moved.fill(0);
      }
      const [fromX, fromY] = [left - moved[0], bottom - moved[1]];
      gl.bindFramebuffer(gl.READ_FRAMEBUFFER, framebuffer);
      gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, null);
      gl.blitFramebuffer(
        fromX,
        fromY,
        fromX + width,
        fromY + height,
        0,
        0,
        width,
        height,
        gl.COLOR_BUFFER_BIT,
        gl.NEAREST,
      );
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    },
  };
}
