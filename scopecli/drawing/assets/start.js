// Starts the page. Its modules lie deflated in it: each becomes an address, by which the others import it.
(async () => {
  const packed = document.getElementById("modules").textContent;
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const modules = await new Response(stream).json();
  const imports = {};
  for (const [name, source] of Object.entries(modules))
    imports[`#${name}`] = `data:text/javascript;charset=utf-8,${encodeURIComponent(source)}`;
  const map = document.createElement("script");
  map.type = "importmap";
  map.textContent = JSON.stringify({ imports });
  document.head.append(map);
  await import("#main");
})();
