/**
 * The data of the page: deflated JSON in base64, in an element that browsers do not interpret.
 */

/* Characters that are not seen, or that turn the order of others around; and halves of surrogate pairs. */
const UNSEEN =
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** @param {string} text @returns {string} the text with what would not be seen written out, as `\u202e` */
export const visible = (text) =>
  text.replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** @param {string} base64 @returns {Promise<any>} */
async function unpack(base64) {
  const packed = Uint8Array.from(atob(base64.trim()), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const text = await new Response(stream).text();
  const mayHide = text.includes("\\u") || text.search(UNSEEN) !== -1;
  return JSON.parse(
    text,
    mayHide ? (_, value) => (typeof value === "string" ? visible(value) : value) : undefined,
  );
}

/** @returns {Promise<any>} what the page shows */
export function readData() {
  return unpack(document.getElementById("data").textContent);
}
