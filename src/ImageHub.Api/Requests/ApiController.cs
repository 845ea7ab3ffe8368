using ImageHub.Application.Paging;
using ImageHub.Application.Uploads;
using MediatR;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace ImageHub.Api.Requests;

/// <summary>Base class of all controllers, which bind a request, send it to the mediator and return its result.</summary>
[ApiController]
[Produces("application/json")]
public abstract class ApiController : ControllerBase
{
    /// <summary>The mediator.</summary>
    protected IMediator Mediator => HttpContext.RequestServices.GetRequiredService<IMediator>();

    /// <summary>Returns a page of a list with links to its neighbours.</summary>
    protected ActionResult<Page<T>> Paged<T>(Page<T> list)
    {
        LinkNeighbours(list);
        return list;
    }

    /// <summary>
    /// Links the first, previous, next and last page in the <c>Link</c> header (RFC 8288). Has no effect on lists that are paged by cursor or offset.
    /// </summary>
    protected void LinkNeighbours<T>(Page<T> list)
    {
        if (list is { Number: { } page, TotalPages: { } pages })
        {
            var links = new List<string> { Link("first", 1) };
            if (page > 1)
            {
                links.Add(Link("prev", Math.Min(page - 1, Math.Max(pages, 1))));
            }

            // Pages beyond the depth limit are not linked.
            var deepest = (PageQuery.MaxDepth + list.PageSize!.Value - 1) / list.PageSize.Value;
            if (page < pages && page < deepest)
            {
                links.Add(Link("next", page + 1));
            }

            if (pages <= deepest)
            {
                links.Add(Link("last", Math.Max(pages, 1)));
            }

            Response.Headers.Link = string.Join(", ", links);
        }
    }

    /// <summary>
    /// Returns the result of an upload: 201 if any file was uploaded, 200 if all files already existed, 422 if no file was uploaded and at least one failed.
    /// </summary>
    protected ActionResult<UploadReport> Reported(UploadReport report) => report switch
    {
        { Uploaded.Count: > 0 } => StatusCode(StatusCodes.Status201Created, report),
        { Failed.Count: > 0 } => StatusCode(StatusCodes.Status422UnprocessableEntity, report),
        _ => Ok(report),
    };

    private string Link(string relation, long page)
    {
        var query = QueryHelpers.ParseQuery(Request.QueryString.Value)
            .Where(field => !field.Key.Equals("page", StringComparison.OrdinalIgnoreCase))
            .Append(new("page", page.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var path = UriHelper.BuildRelative(Request.PathBase, Request.Path, new QueryBuilder(query.SelectMany(Values)).ToQueryString());
        return $"<{path}>; rel=\"{relation}\"";
    }

    private static IEnumerable<KeyValuePair<string, string>> Values(KeyValuePair<string, StringValues> field) =>
        field.Value.Select(value => KeyValuePair.Create(field.Key, value ?? ""));
}

/// <summary>Declares the error statuses of a route. The response body of each is a problem document.</summary>
/// <param name="statuses">The HTTP statuses.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FailsWithAttribute(params int[] statuses) : Attribute
{
    /// <summary>The HTTP statuses.</summary>
    public IReadOnlyList<int> Statuses { get; } = statuses;
}
