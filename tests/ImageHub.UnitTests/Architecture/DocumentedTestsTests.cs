using System.Text.RegularExpressions;
using ImageHub.Testing;

namespace ImageHub.UnitTests.Architecture;

/// <summary>The test classes that two documents name as evidence.</summary>
public sealed partial class DocumentedTestsTests
{
    [Theory]
    [InlineData("security.md", 60)]
    [InlineData("reliability.md", 1)]
    public void Every_test_that_a_document_names_exists(string document, int fewest)
    {
        var named = TestName().Matches(File.ReadAllText(Repository.PathOf("docs", document))).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
        var existing = Directory.EnumerateFiles(Repository.PathOf("tests"), "*Tests.cs", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).ToHashSet(StringComparer.Ordinal);

        named.Count.ShouldBeGreaterThanOrEqualTo(fewest);
        named.Where(name => !existing.Contains(name)).ShouldBeEmpty();
    }

    [GeneratedRegex(@"(?<![.\w])[A-Z]\w*Tests\b", RegexOptions.None, 1_000)]
    private static partial Regex TestName();
}
