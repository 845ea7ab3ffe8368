using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Requests;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>Lists the names of accounts, in alphabetical order: the first 20 that match.</summary>
public sealed record ListUserNames : IRequest<UserNames>
{
    /// <summary>Part of the user name, case-insensitive; absent: any name.</summary>
    public string? Q { get; init; }
}

/// <summary>The names of accounts.</summary>
/// <param name="Items">At most 20 accounts.</param>
/// <param name="HasMore">Whether further accounts match.</param>
public sealed record UserNames(IReadOnlyList<NamedUser> Items, bool HasMore);

/// <summary>An account's name.</summary>
/// <param name="Id">The account's id.</param>
/// <param name="UserName">The user name.</param>
public sealed record NamedUser(Guid Id, string UserName);

internal sealed class ListUserNamesValidator : AbstractValidator<ListUserNames>
{
    public ListUserNamesValidator() => RuleFor(query => query.Q).SearchText();
}

internal sealed class ListUserNamesHandler(IImageHubDb db) : IRequestHandler<ListUserNames, UserNames>
{
    private const int MaxNames = 20;

    public async Task<UserNames> Handle(ListUserNames request, CancellationToken cancellationToken)
    {
        var pattern = await db.SearchPatternAsync(request.Q ?? "", cancellationToken);
        var found = await db.Users
            .Where(user => EF.Functions.Like(user.NormalizedUserName, pattern, Search.Escape))
            .OrderBy(user => user.NormalizedUserName)
            .Select(user => new NamedUser(user.Id, user.UserName))
            .Take(MaxNames + 1)
            .ToListAsync(cancellationToken);
        return new UserNames([.. found.Take(MaxNames)], HasMore: found.Count > MaxNames);
    }
}
