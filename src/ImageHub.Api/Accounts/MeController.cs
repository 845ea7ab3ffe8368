using ImageHub.Api.Requests;
using ImageHub.Application.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Accounts;

/// <summary>What is the caller's own.</summary>
[Route("api/v1/me")]
public sealed class MeController : ApiController
{
    /// <summary>Changes the caller's password; the other sessions end.</summary>
    /// <remarks>A wrong current password is a 400 that names `currentPassword`, and counts as a sign-in that failed.</remarks>
    [HttpPut("password")]
    [Tags("Signing in")]
    [ProducesResponseType(204)]
    [FailsWith(400, 401, 403, 429, 503)]
    public async Task<NoContentResult> ChangePassword(ChangePassword body, CancellationToken cancellationToken)
    {
        await Mediator.Send(body, cancellationToken);
        return NoContent();
    }
}
