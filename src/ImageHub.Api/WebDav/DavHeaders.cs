using System.Globalization;
using ImageHub.Api.Web;
using ImageHub.Application.Errors;
using ImageHub.Application.WebDav;
using ImageHub.Domain.WebDav;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.WebDav;

/// <summary>Reads the addresses and headers of WebDAV requests (RFC 4918, section 10).</summary>
internal static class DavHeaders
{
    private const string Depth = "Depth";
    private const string Infinity = "infinity";
    private const int MaxIfLength = 16 * 1024;

    /// <summary>The maximum number of lists in <c>If</c>, because each may need queries.</summary>
    private const int MaxIfLists = 50;

    /// <summary>
    /// Reads the request's address as sent. Routing decodes everything except <c>%2F</c>, which makes it indistinguishable from <c>%252F</c>.
    /// </summary>
    /// <exception cref="ProblemException">400 for a path with the segments <c>.</c> or <c>..</c>, or with U+0000.</exception>
    public static DavPath ReadPath(HttpRequest request)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return FindPath(target.StartsWith('/') ? target : new Uri(target).PathAndQuery) ?? throw ProblemException.Invalid("path", $"The path is '{target}'; it may not contain the segments . and ..");
    }

    /// <summary>Reads <c>Depth</c>: 0, 1, or null for infinity, which is the default.</summary>
    /// <exception cref="ProblemException">400.</exception>
    public static int? ReadDepth(HttpRequest request) => request.Headers[Depth].ToString().ToLowerInvariant() switch
    {
        "" or Infinity => null,
        "0" => 0,
        "1" => 1,
        _ => throw ProblemException.Invalid(Depth, $"{Depth} is '{request.Headers[Depth]}'; 0, 1 and {Infinity} are allowed."),
    };

    /// <summary>Reads <c>Depth</c> of a request that allows only 0 and infinity.</summary>
    /// <returns>Whether everything below a folder is included.</returns>
    /// <exception cref="ProblemException">400.</exception>
    public static bool ReadIsDeep(HttpRequest request) => ReadDepth(request) switch
    {
        1 => throw ProblemException.Invalid(Depth, $"{Depth} is 1; 0 and {Infinity} are allowed."),
        var depth => depth is null,
    };

    /// <summary>Reads <c>Overwrite</c>; the default is true.</summary>
    /// <exception cref="ProblemException">400.</exception>
    public static bool ReadOverwrite(HttpRequest request) => request.Headers["Overwrite"].ToString() switch
    {
        "" or "T" or "t" => true,
        "F" or "f" => false,
        var other => throw ProblemException.Invalid("Overwrite", $"Overwrite is '{other}'; T and F are allowed."),
    };

    /// <summary>Reads <c>Destination</c>.</summary>
    /// <exception cref="ProblemException">400; 502 for an address of another server.</exception>
    public static DavPath ReadDestination(HttpRequest request)
    {
        var text = request.Headers["Destination"].ToString();
        return text.Length == 0
            ? throw ProblemException.Invalid("Destination", "Destination is missing; it must be an address below /dav/.")
            : ReadAddress(request, text, "Destination");
    }

    /// <summary>Reads <c>Timeout</c>: the first number of seconds, at most an hour. Without a number of seconds, the timeout is an hour.</summary>
    public static TimeSpan ReadTimeout(HttpRequest request)
    {
        const string seconds = "Second-";
        foreach (var value in request.Headers.GetCommaSeparatedValues("Timeout"))
        {
            if (value.StartsWith(seconds, StringComparison.OrdinalIgnoreCase) && ulong.TryParse(value.AsSpan(seconds.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted))
            {
                return TimeSpan.FromSeconds(Math.Clamp(wanted, 1, (ulong)DavLock.MaxTimeout.TotalSeconds));
            }
        }

        return DavLock.MaxTimeout;
    }

    /// <summary>Reads <c>Lock-Token</c> without its angle brackets.</summary>
    /// <exception cref="ProblemException">400.</exception>
    public static string ReadLockToken(HttpRequest request) => request.Headers["Lock-Token"].ToString().Trim() is ['<', .. var token, '>']
        ? token
        : throw ProblemException.Invalid("Lock-Token", "Lock-Token must be a lock token in angle brackets.");

    /// <summary>Reads the headers <c>If</c>, <c>If-Match</c> and <c>If-None-Match</c>.</summary>
    /// <exception cref="ProblemException">400; 502 if <c>If</c> names an address of another server.</exception>
    public static DavConditions ReadConditions(HttpRequest request) => new(ReadIf(request))
    {
        Match = ReadTags(request, "If-Match", isComparisonStrong: true),
        NoneMatch = ReadTags(request, "If-None-Match", isComparisonStrong: false),
    };

    /// <summary>Reads a list of entity tags. A strong comparison never matches a weak tag (RFC 9110, section 8.8.3.2).</summary>
    private static List<string>? ReadTags(HttpRequest request, string name, bool isComparisonStrong) => request.Headers[name].ToString() is not { Length: > 0 } header
        ? null
        : EntityTagHeaderValue.TryParseList([header], out var tags)
            ? [.. tags.Where(tag => !(isComparisonStrong && tag.IsWeak)).Select(tag => tag.Tag.ToString())]
            : throw ProblemException.Invalid(name, $"{name} is '{header}'; a list of entity tags is allowed.");

    private static List<DavConditionList> ReadIf(HttpRequest request)
    {
        var text = request.Headers["If"].ToString();
        if (text.Length > MaxIfLength)
        {
            throw ProblemException.Invalid("If", $"If has {text.Length} characters; {MaxIfLength} are allowed.");
        }

        var lists = new List<DavConditionList>();
        DavPath? path = null;
        var rest = text.AsSpan().Trim();
        while (rest.Length > 0)
        {
            if (rest[0] == '<')
            {
                path = ReadAddress(request, Take(ref rest, '>'), "If");
            }
            else if (rest[0] == '(')
            {
                lists.Add(new DavConditionList(path, ReadList(ref rest)));
                if (lists.Count > MaxIfLists)
                {
                    throw ProblemException.Invalid("If", $"If has more than {MaxIfLists} lists.");
                }
            }
            else
            {
                throw MalformedIf();
            }

            rest = rest.TrimStart();
        }

        return text.Length > 0 && lists.Count == 0 ? throw MalformedIf() : lists;
    }

    private static List<DavCondition> ReadList(ref ReadOnlySpan<char> rest)
    {
        var conditions = new List<DavCondition>();
        rest = rest[1..].TrimStart();
        while (rest.Length > 0 && rest[0] != ')')
        {
            var isNegated = rest.StartsWith("Not", StringComparison.OrdinalIgnoreCase);
            rest = isNegated ? rest[3..].TrimStart() : rest;
            conditions.Add(rest switch
            {
                ['<', ..] => new DavCondition(Take(ref rest, '>'), null, isNegated),
                ['[', ..] => new DavCondition(null, Take(ref rest, ']').Trim('"'), isNegated),
                _ => throw MalformedIf(),
            });
            rest = rest.TrimStart();
        }

        if (rest.Length == 0 || conditions.Count == 0)
        {
            throw MalformedIf();
        }

        rest = rest[1..];
        return conditions;
    }

    /// <summary>Takes the text between the first character and the end character.</summary>
    private static string Take(ref ReadOnlySpan<char> rest, char end)
    {
        var length = rest.IndexOf(end);
        if (length < 0)
        {
            throw MalformedIf();
        }

        var taken = rest[1..length].ToString();
        rest = rest[(length + 1)..];
        return taken;
    }

    private static ProblemException MalformedIf() => ProblemException.Invalid("If", "If must contain lists in parentheses. A list has lock tokens in angle brackets and entity tags in square brackets.");

    /// <summary>Reads an absolute address of this server, or a path.</summary>
    private static DavPath ReadAddress(HttpRequest request, string text, string header)
    {
        if (!text.StartsWith('/'))
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Authority.Length == 0)
            {
                throw ProblemException.Invalid(header, $"{header} contains '{text}', which is not an address.");
            }

            if (!IsOwn(request, address))
            {
                throw new ProblemException(Problems.ForeignDestination, $"{header} names the server '{address.Authority}', which is not this one.");
            }

            // Takes the path as sent, because the Uri has some of the path's characters decoded.
            var begin = text.IndexOf('/', text.IndexOf("//", StringComparison.Ordinal) + 2);
            text = begin < 0 ? "/" : text[begin..];
        }

        return FindPath(text) ?? throw ProblemException.Invalid(header, $"{header} names '{text}'; an address below {DavPath.Root} is allowed.");
    }

    private static bool IsOwn(HttpRequest request, Uri address)
    {
        var root = request.HttpContext.RequestServices.GetRequiredService<SiteAddresses>().FindRootFor(request.HttpContext);
        return IsAt($"{address.Scheme}://{request.Host}") || IsAt(root);

        // Compares hosts without ports, because proxies often omit the port from Host.
        bool IsAt(string other) => Uri.TryCreate(other, UriKind.Absolute, out var known) && string.Equals(known.Host, address.Host, StringComparison.OrdinalIgnoreCase);
    }

    private static DavPath? FindPath(string text)
    {
        var segments = text.Split('?', 2)[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length == 0 || !segments[0].Equals("dav", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string[] names = [.. segments[1..].Select(Uri.UnescapeDataString)];
        return Array.Exists(names, name => name.Contains('\0', StringComparison.Ordinal) || name is "." or "..") ? null : new DavPath(names);
    }
}
