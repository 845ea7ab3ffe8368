using System.Xml.Linq;
using ImageHub.Application.Errors;

namespace ImageHub.Api.WebDav;

/// <summary>Errors that WebDAV clients recognize by an XML element (RFC 4918, section 16). All other errors are problem documents.</summary>
internal static class DavErrors
{
    /// <summary>The name of the element, or null for other problems.</summary>
    public static string? FindCondition(Problem problem) =>
        problem == Problems.PropfindFiniteDepth ? "propfind-finite-depth"
        : problem == Problems.Locked ? "lock-token-submitted"
        : problem == Problems.LockConflict ? "no-conflicting-lock"
        : problem == Problems.WrongLockToken ? "lock-token-matches-request-uri"
        : null;

    /// <summary>Writes the element as the response's body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="condition">The element's name.</param>
    /// <param name="lockedHref">The address of the locked folder or file, or null.</param>
    public static Task WriteAsync(HttpContext context, string condition, string? lockedHref)
    {
        XNamespace dav = DavXml.Dav;
        var element = new XElement(dav + condition, lockedHref is null ? null : new XElement(dav + "href", lockedHref));
        var error = new XElement(dav + "error", new XAttribute(XNamespace.Xmlns + "D", DavXml.Dav), element);
        context.Response.ContentType = DavXml.ContentType;
        return context.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{error.ToString(SaveOptions.DisableFormatting)}", context.RequestAborted);
    }
}
