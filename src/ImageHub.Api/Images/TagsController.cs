using ImageHub.Api.ApiKeys;
using ImageHub.Api.Delivery;
using ImageHub.Api.Requests;
using ImageHub.Application.Delivery;
using ImageHub.Application.Tags;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Images;

/// <summary>Tags of images.</summary>
[Route("api/v1/tags")]
[Tags("Images")]
public sealed class TagsController : ApiController
{
    /// <summary>Lists the tags of the images visible to the caller, most used first: at most 100.</summary>
    /// <remarks>Images in the trash are not counted; users' images count for admins and editors only, and not if `withUsersImages=false`.</remarks>
    [AllowAnonymous]
    [AllowKeys]
    [KeepsAnswer(ChangeTags.Images)]
    [HttpGet]
    [ProducesResponseType<TagList>(200)]
    [FailsWith(400, 401, 503)]
    public async Task<ActionResult<TagList>> List([FromQuery] ListTags query, CancellationToken cancellationToken) => await Mediator.Send(query, cancellationToken);
}
