"""A plot of seconds against n, both on logarithmic axes, as a small SVG without a library."""

from math import ceil, floor, log10

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 560, 340, 70, 20, 40, 50
# Told apart without colour too: the second line is dashed.
STYLES = ['stroke="#0b6e99"', 'stroke="#b3541e" stroke-dasharray="6 4"']


def plot(title, lines):
    points = [(int(n), s) for line in lines.values() for n, s in line.items()]
    x = axis([n for n, _ in points], LEFT, WIDTH - RIGHT)
    y = axis([s for _, s in points], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="22" font-size="14">{title}</text>',
        f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 10}" text-anchor="middle">n</text>',
        f'<text x="8" y="{TOP - 6}">seconds</text>',
    ]
    for value, at in x["ticks"]:
        parts.append(f'<path d="M{at:.0f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        label = f'<text x="{at:.0f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{value:,.0f}'
        parts.append(f"{label}</text>")
    for value, at in y["ticks"]:
        parts.append(f'<path d="M{LEFT} {at:.0f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4:.0f}" text-anchor="end">{value:g}</text>')
    for index, (name, line) in enumerate(lines.items()):
        path = " ".join(f"{x['at'](int(n)):.1f},{y['at'](s):.1f}" for n, s in line.items())
        parts.append(f'<polyline points="{path}" fill="none" stroke-width="2" {STYLES[index]}/>')
        at = TOP + 14 + 18 * index
        key = f'<path d="M{LEFT + 10} {at}h28" stroke-width="2" {STYLES[index]}/>'
        parts.append(f'{key}<text x="{LEFT + 46}" y="{at + 4}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def axis(values, start, end):
    """Whole powers of ten from below the least value to above the greatest."""
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    high = max(high, low + 1)

    def at(value):
        return start + (end - start) * (log10(value) - low) / (high - low)

    return {"at": at, "ticks": [(10.0**power, at(10.0**power)) for power in range(low, high + 1)]}
