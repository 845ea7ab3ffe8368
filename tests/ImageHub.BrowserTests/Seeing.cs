namespace ImageHub.BrowserTests;

/// <summary>Measurements of a page, and actions that many tests share.</summary>
public static class Seeing
{
    /// <summary>
    /// Adds up the visible layout shifts on pages opened from now on. Shifts after an input do not count, nor do new elements that move nothing, such as a
    /// footer that appears after a script has scrolled to the end.
    /// </summary>
    public static Task CountShiftsAsync(this IPage page) => page.AddInitScriptAsync("""
        window.layoutShift = 0;
        window.moved = [];
        const isSeen = ({ width, height }) => width > 0 && height > 0;
        const place = ({ y, height }) => `${Math.round(y)}+${Math.round(height)}`;
        const movement = ({ node, previousRect, currentRect }) =>
          `${node?.cloneNode().outerHTML ?? "a node that is gone"} from ${place(previousRect)} to ${place(currentRect)}`;
        new PerformanceObserver((list) => {
          for (const { value, hadRecentInput, sources } of list.getEntries()) {
            // The browser names at most five moved elements. A list of fewer elements is complete.
            if (hadRecentInput || (sources.length < 5 && !sources.some(({ previousRect }) => isSeen(previousRect)))) continue;
            window.layoutShift += value;
            window.moved.push(`${value}: ${sources.map(movement).join(", ")}`);
          }
        }).observe({ type: "layout-shift", buffered: true });
        """);

    /// <summary>Asserts that the shifts add up to less than <paramref name="below"/>. A failure lists the moved elements with their top and height.</summary>
    public static async Task ShouldStandStillAsync(this IPage page, double below = double.Epsilon) =>
        (await page.EvaluateAsync<double>("window.layoutShift")).ShouldBeLessThan(below, await page.EvaluateAsync<string>("window.moved.join('\\n')"));

    /// <summary>Doubles the text size of pages opened from now on, like the browser's own setting (WCAG 2.2, 1.4.4).</summary>
    public static async Task DoubleTextAsync(this IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("Page.setFontSizes", new(StringComparer.Ordinal) { ["fontSizes"] = new { standard = 32, @fixed = 26 } });
    }

    /// <summary>Opens the search field in the header of a visitors' page.</summary>
    public static async Task<ILocator> OpenSearchAsync(this IPage page, string name = "Search galleries and photos")
    {
        await page.GetByRole(AriaRole.Button, new() { Name = name }).ClickAsync();
        return page.GetByRole(AriaRole.Combobox, new() { Name = name });
    }

    /// <summary>Finds text that is cut off or extends beyond its row.</summary>
    public static Task<string[]> CutTextAsync(this IPage page) => page.EvaluateAsync<string[]>("""
        [...document.querySelectorAll("[role=row], #content li")].flatMap((row) => {
          const outer = row.getBoundingClientRect();
          return [...row.querySelectorAll("*")]
            .filter((part) => [...part.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== ""))
            .filter((part) => part.checkVisibility() && !part.closest(".visuallyHidden, [role=img], svg, style") && getComputedStyle(part).clipPath === "none")
            .filter((part) => {
              const { top, bottom, height } = part.getBoundingClientRect();
              const range = document.createRange();
              range.selectNodeContents(part);
              const text = range.getBoundingClientRect();
              return height > 0 && (top < outer.top - 1 || bottom > outer.bottom + 1 || text.top < outer.top - 1 || (text.bottom > outer.bottom + 1 && !getComputedStyle(part).webkitLineClamp.match(/\d/)) || height < parseFloat(getComputedStyle(part).fontSize) * 1.15);
            })
            .map((part) => `${part.textContent.slice(0, 60)} (${part.className})`);
        })
        """);

    /// <summary>Finds texts that are cut off at the left or right, or that extend beyond the window, their button or their link.</summary>
    public static Task<string[]> WordsThatDoNotFitAsync(this IPage page) => page.EvaluateAsync<string[]>("""
        [...document.querySelectorAll("body *")]
          .filter((part) => [...part.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== ""))
          .filter((part) => part.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !part.closest("svg, style, script, option, noscript, .skipLink"))
          .flatMap((part) => {
            const range = document.createRange();
            range.selectNodeContents(part);
            const text = range.getBoundingClientRect();
            if (text.width === 0 || text.bottom < 0) return [];
            const cutters = [];
            for (let outer = part; outer !== document.documentElement; outer = outer.parentElement) {
              const { overflowX, textOverflow, clipPath } = getComputedStyle(outer);
              if (clipPath !== "none") return [];
              // Texts in elements that scroll sideways and texts with an ellipsis, such as names, are excluded.
              if (overflowX === "auto" || overflowX === "scroll" || textOverflow === "ellipsis") return [];
              if (overflowX === "hidden" || overflowX === "clip") cutters.push(outer.getBoundingClientRect());
            }
            const edges = [...cutters, { left: 0, right: document.documentElement.clientWidth }, ...(part.matches("button, [role=button], a") ? [part.getBoundingClientRect()] : [])];
            const isCut = edges.some(({ left, right }) => text.left < left - 1 || text.right > right + 1);
            return isCut ? [`${part.textContent.trim().slice(0, 60)} (${part.tagName} ${part.className})`] : [];
          })
        """);

    /// <summary>Scrolls and waits for the next frame, because the page receives the scroll event then.</summary>
    public static Task ScrollAsync(this IPage page, string script) => page.EvaluateAsync($"() => {{ {script}; return new Promise(requestAnimationFrame); }}");

    /// <summary>The scroll position, in CSS pixels.</summary>
    public static Task<int> ScrolledAsync(this IPage page) => page.EvaluateAsync<int>("Math.round(scrollY)");

    /// <summary>Waits for the images in view.</summary>
    public static Task ImagesAsync(this IPage page)
    {
        Func<Task<string>> missing = () => page.EvaluateAsync<string>("""
            [...document.images]
              .filter((image) => { const { top, bottom } = image.getBoundingClientRect(); return bottom > 0 && top < innerHeight && !(image.complete && image.naturalWidth > 0); })
              .map((image) => image.alt).join()
            """);
        return missing.ShouldBecomeAsync("");
    }

    /// <summary>
    /// Waits for a message and moves the pointer to it. Messages stay while the pointer is on a message. On a busy machine, the checks before Undo can take
    /// longer than a message is shown.
    /// </summary>
    public static Task HoldMessageAsync(this IPage page, string text) => page.GetByText(text).HoverAsync();

    /// <summary>The name of the focused element.</summary>
    public static Task<string> FocusedAsync(this IPage page) =>
        page.EvaluateAsync<string>("(() => { const at = document.activeElement; return at.getAttribute('aria-label') ?? at.querySelector('img[alt]:not([alt=\"\"])')?.alt ?? at.textContent.trim(); })()");

    /// <summary>Presses Tab until the focused element's name contains a text. Each step must show an outline of two or three pixels.</summary>
    public static async Task TabToAsync(this IPage page, string name, string key = "Tab")
    {
        var passed = new List<string>();
        do
        {
            passed.Count.ShouldBeLessThan(60, $"“{name}” is never reached, but {string.Join(", ", passed)}");
            await page.Keyboard.PressAsync(key);
            passed.Add(await page.FocusedAsync());
            var outline = await page.EvaluateAsync<string>("(() => { const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement); return outlineStyle === 'none' ? 'none' : outlineWidth; })()");
            outline.ShouldBeOneOf(["2px", "3px"], $"the focus on “{passed[^1]}”");
        }
        while (!passed[^1].Contains(name, StringComparison.Ordinal));
    }

    /// <summary>Finds controls smaller than 24 CSS pixels (WCAG 2.2, 2.5.8).</summary>
    public static Task<string[]> SmallTargetsAsync(this IPage page) => page.EvaluateAsync<string[]>("""
        [...document.querySelectorAll("a, button, input, select, textarea, [role=button], [role=link], [tabindex='0']")]
          .filter((target) => target.checkVisibility({ visibilityProperty: true }))
          .map((target) => [target, target.getBoundingClientRect()])
          .filter(([, box]) => box.width < 24 || box.height < 24)
          .map(([target, box]) => `${target.outerHTML.slice(0, 120)}: ${box.width} × ${box.height}`)
        """);
}
