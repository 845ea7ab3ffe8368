using ImageHub.Application.Errors;
using ImageHub.Application.Paging;
using Microsoft.AspNetCore.Mvc.Filters;

namespace ImageHub.Api.Requests;

/// <summary>Refuses the offset form where a list has none: passed over in silence, it would give every caller the first page.</summary>
internal sealed class ListFormFilter : IActionFilter
{
    private static readonly string[] OffsetForm = ["limit", "offset"];

    public void OnActionExecuting(ActionExecutingContext context)
    {
        var hasNone = context.ActionArguments.Values.OfType<PageQuery>().Any(query => query is not OffsetQuery);
        if (hasNone && OffsetForm.FirstOrDefault(context.HttpContext.Request.Query.ContainsKey) is { } field)
        {
            throw ProblemException.Invalid(field, $"{field} belongs to the offset form, which this list does not have; send page and pageSize, or cursor.");
        }
    }

    public void OnActionExecuted(ActionExecutedContext context)
    {
    }
}
