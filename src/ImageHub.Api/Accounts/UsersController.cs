using ImageHub.Api.Requests;
using ImageHub.Application.Accounts;
using ImageHub.Application.Paging;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Accounts;

/// <summary>Accounts.</summary>
[Route("api/v1/users")]
[Tags("Users and tiers")]
public sealed class UsersController : ApiController
{
    /// <summary>Lists accounts by name.</summary>
    [HttpGet]
    [ProducesResponseType<Page<UserResponse>>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<Page<UserResponse>>> List([FromQuery] ListUsers query, CancellationToken cancellationToken) =>
        Paged(await Mediator.Send(query, cancellationToken));

    /// <summary>Lists the names of accounts, for choosing one: the first 20 in alphabetical order.</summary>
    [Authorize(Access.Curator)]
    [HttpGet("names")]
    [ProducesResponseType<UserNames>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<UserNames>> ListNames([FromQuery] ListUserNames query, CancellationToken cancellationToken) =>
        await Mediator.Send(query, cancellationToken);

    /// <summary>Creates an account.</summary>
    [HttpPost]
    [ProducesResponseType<UserResponse>(201)]
    [FailsWith(400, 401, 403, 409, 503)]
    public async Task<ActionResult<UserResponse>> Create(CreateUser body, CancellationToken cancellationToken)
    {
        var user = await Mediator.Send(body, cancellationToken);
        return Created($"/api/v1/users/{user.Id}", user);
    }

    /// <summary>Reads an account. Admins may read any account, other callers only their own.</summary>
    [Authorize(Access.SignedIn)]
    [HttpGet("{id:guid}")]
    [ProducesResponseType<UserResponse>(200)]
    [FailsWith(401, 404, 503)]
    public async Task<ActionResult<UserResponse>> Get(Guid id, CancellationToken cancellationToken) =>
        await Mediator.Send(new GetUser(id), cancellationToken);

    /// <summary>Updates an account. Absent fields keep their values.</summary>
    /// <remarks>
    /// Takes effect immediately on this instance and within a second on others. A new password, or disabling the account, ends all of the account's sessions.
    /// </remarks>
    [HttpPatch("{id:guid}")]
    [ProducesResponseType<UserResponse>(200)]
    [FailsWith(400, 401, 403, 404, 409, 503)]
    public async Task<ActionResult<UserResponse>> Update(Guid id, UpdateUser body, CancellationToken cancellationToken) =>
        await Mediator.Send(body.WithId(id), cancellationToken);

    /// <summary>Deletes an account with its sessions and links. Its images move to the trash.</summary>
    [HttpDelete("{id:guid}")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 404, 409, 503)]
    public async Task<NoContentResult> Delete(Guid id, CancellationToken cancellationToken)
    {
        await Mediator.Send(new DeleteUser(id), cancellationToken);
        return NoContent();
    }
}
