using System.Text.RegularExpressions;
using ImageHub.Testing;

namespace ImageHub.UnitTests.Architecture;

/// <summary>The alerts and their documentation.</summary>
public sealed partial class AlertTests
{
    [Fact]
    public void Every_alert_has_a_section_in_the_runbook_and_every_section_has_an_alert()
    {
        string[] alerts = [.. Alert().Matches(File.ReadAllText(Repository.PathOf("ops", "alerts.yaml"))).Select(match => match.Groups["name"].Value)];
        string[] told = [.. Told().Matches(File.ReadAllText(Repository.PathOf("docs", "operations.md"))).Select(match => match.Groups["name"].Value)];

        alerts.Length.ShouldBeGreaterThan(5);
        told.ShouldBe(alerts);
    }

    [Fact]
    public void Every_text_that_an_alert_searches_for_is_logged_by_the_program()
    {
        var program = string.Concat(Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText));
        string[] texts =
        [
            .. Text().Matches(File.ReadAllText(Repository.PathOf("ops", "alerts.yaml")))
                .SelectMany(match => match.Groups["text"].Value.Split('|'))
                .SelectMany(text => text.Split(".*")),
        ];

        texts.Length.ShouldBeGreaterThan(8);
        texts.ShouldAllBe(text => program.Contains(text.Trim()));
    }

    [GeneratedRegex(@"\|[=~] ""(?<text>[^""]+)""", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Text();

    [GeneratedRegex(@"- alert: (?<name>\w+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Alert();

    [GeneratedRegex(@"^\| `(?<name>[A-Z]\w+)` \|", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1_000)]
    private static partial Regex Told();
}
