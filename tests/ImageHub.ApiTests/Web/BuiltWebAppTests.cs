using System.Net;
using System.Text.RegularExpressions;
using ImageHub.Testing;

namespace ImageHub.ApiTests.Web;

/// <summary>The built web app in the program's folder.</summary>
public sealed partial class BuiltWebAppTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task The_built_page_references_only_existing_files()
    {
        var page = await server.Visitor.GetStringAsync("/");
        var scripts = new List<string>();
        foreach (var path in Reference().Matches(page).Select(match => match.Groups["path"].Value).Where(path => path.StartsWith("/assets/", StringComparison.Ordinal)))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept-Encoding", "br" } } };
            using var answer = await server.Visitor.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            answer.Headers.CacheControl!.ToString().ShouldContain("immutable");
            if (path.EndsWith(".js", StringComparison.Ordinal))
            {
                // Compression does not make a one-line script smaller.
                if (!answer.Content.Headers.ContentEncoding.Contains("br"))
                {
                    (await answer.Content.ReadAsByteArrayAsync()).Length.ShouldBeLessThan(100, path);
                }

                scripts.Add(path);
            }
        }

        scripts.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task The_built_page_complies_with_its_content_security_policy()
    {
        var page = await server.Visitor.GetStringAsync("/");

        // The page has no inline script or style and loads nothing from other origins. JSON and JSON-LD are data, not scripts. Only the canonical link may be
        // absolute.
        Inline().IsMatch(page).ShouldBeFalse(page);
        Reference().Matches(page).Select(match => match.Groups["path"].Value).Except([server.Url.AbsoluteUri]).ShouldAllBe(path => path.StartsWith('/') && !path.StartsWith("//"));
    }

    [GeneratedRegex("""(src|href)="(?<path>[^"]*)"[^>]*>""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Reference();

    [GeneratedRegex("""<script(?![^>]*\ssrc=|\stype="application/(ld\+)?json")|<style|\sstyle=|\son[a-z]+=""", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Inline();
}
