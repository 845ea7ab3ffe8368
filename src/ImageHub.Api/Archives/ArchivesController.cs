using ImageHub.Api.ApiKeys;
using ImageHub.Api.Links;
using ImageHub.Api.RateLimits;
using ImageHub.Api.Requests;
using ImageHub.Application.Archives;
using ImageHub.Application.RateLimits;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Archives;

/// <summary>Resumable downloads.</summary>
[Tags("Archives")]
[UnderLink]
[AllowAnonymous]
[AllowKeys]
public sealed class ArchivesController : ApiController
{
    private const string Root = "/api/v1/archives";

    /// <summary>
    /// Creates a ZIP download of a group's images, all or selected, in full or high resolution. The address works for ten minutes without
    /// credentials and supports ranges.
    /// </summary>
    [HttpPost("/api/v1/groups/{id:guid}/archives")]
    [ProducesResponseType<NewArchive>(201)]
    [RouteLimit(RateLimitOptions.Archives, ExemptsKeys = true)]
    [FailsWith(400, 401, 403, 404, 503)]
    public async Task<ActionResult<NewArchive>> CreateForGroup(Guid id, CreateArchive body, CancellationToken cancellationToken) =>
        Made(await Mediator.Send(body.WithGroupId(id), cancellationToken));

    /// <summary>Creates a ZIP download of a shared group's images for its guests.</summary>
    [HttpPost("/api/v1/shared/{token}/archives")]
    [ProducesResponseType<NewArchive>(201)]
    [RouteLimit(RateLimitOptions.Archives, ExemptsKeys = true)]
    [FailsWith(400, 401, 403, 404, 503)]
    public async Task<ActionResult<NewArchive>> CreateForLink(string token, CreateArchive body, CancellationToken cancellationToken) =>
        Made(await Mediator.Send(body.WithToken(token, Request.Cookies[SharedController.CookieName]), cancellationToken));

    /// <summary>Downloads the ZIP. Available until its address expires, its group is no longer visible or its content changes.</summary>
    [HttpGet(Root + "/{token}")]
    [ServesArchive(IsResumable = true)]
    [FailsWith(401, 404, 412, 416, 503)]
    public async Task<IActionResult> Get(string token, CancellationToken cancellationToken) =>
        new ArchiveResult(await Mediator.Send(new OpenArchive(token), cancellationToken), isResumable: true);

    private CreatedResult Made(NewArchive archive) => Created(archive.Url, archive);
}
