// Measures the contrast of every visible text against the first opaque background behind it.
(() => {
  const parse = (colour) => {
    const numbers = colour.match(/-?[\d.]+(?:e-?\d+)?/g).map(Number);
    const scale = colour.startsWith("color(") ? 255 : 1;
    return { rgb: numbers.slice(0, 3).map((one) => one * scale), alpha: numbers[3] ?? 1 };
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((one) => (one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const found = parse(getComputedStyle(one).backgroundColor);
      if (found.alpha > 0.99) return found.rgb;
    }
    return [255, 255, 255];
  };
  const texts = [];
  const weak = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (!text || !element.checkVisibility({ opacityProperty: true }) || element.closest("script, .unseen, :disabled, option")) continue;
    const [front, back] = [light(parse(getComputedStyle(element).color).rgb), light(behind(element))];
    const contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    texts.push(text);
    if (contrast < 4.5) weak.push(`${text}: ${contrast.toFixed(2)}`);
  }
  return { texts, weak, background: parse(getComputedStyle(document.body).backgroundColor).rgb[0] };
})()
