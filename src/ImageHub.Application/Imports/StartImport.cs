using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.OneDrive;
using ImageHub.Application.Requests;
using ImageHub.Domain.OneDrive;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ImageHub.Application.Imports;

/// <summary>Requests an import. It runs in the background on any instance.</summary>
/// <param name="ItemIds">1 to 1,000 ids of folders, imported with their whole content, and of files.</param>
/// <param name="GroupId">The group for all files; absent: a new, hidden group for each folder with images, named after the folder.</param>
/// <param name="Nested">Whether the groups of nested folders are nested, up to five levels. Default: false. Not with <c>groupId</c>.</param>
public sealed record StartImport(IReadOnlyList<string> ItemIds, Guid? GroupId = null, bool? Nested = null) : IRequest<ImportResponse>;

/// <summary>Triggers imports.</summary>
public interface IImportJobs
{
    /// <summary>Sends <see cref="RunImports"/> soon, on any instance.</summary>
    Task StartAsync(CancellationToken cancellationToken);
}

internal sealed class StartImportValidator : AbstractValidator<StartImport>
{
    private const int MaxItems = 1_000;
    private const int MaxIdLength = 400;

    public StartImportValidator()
    {
        RuleFor(import => import.ItemIds)
            .SetValidator(new ListSizeRule<StartImport, string>(1, MaxItems))
            .WithMessage(import => $"itemIds has {import.ItemIds?.Count ?? 0} entries; 1 to {MaxItems} are allowed.");
        RuleFor(import => import.Nested)
            .NotEqual(true)
            .When(import => import.GroupId is not null)
            .WithMessage("nested is true, but groupId names one group for all files; omit one of the two.");
        RuleForEach(import => import.ItemIds)
            .Must(id => id is { Length: >= 1 and <= MaxIdLength } && !id.Contains('\0', StringComparison.Ordinal))
            .WithMessage($"{{PropertyName}} has an id that is empty or has more than {MaxIdLength} characters.");
    }
}

internal sealed class StartImportHandler(IImageHubDb db, IDriveTokens tokens, IImportJobs jobs, TimeProvider clock, ILogger<StartImportHandler> logger)
    : IRequestHandler<StartImport, ImportResponse>
{
    public async Task<ImportResponse> Handle(StartImport request, CancellationToken cancellationToken)
    {
        // Throws if no OneDrive account is connected.
        await tokens.GetAsync(refused: null, cancellationToken);
        if (request.GroupId is { } groupId && !await db.Groups.AnyAsync(group => group.Id == groupId && group.DeletedAt == null, cancellationToken))
        {
            throw ProblemException.Invalid("groupId", $"groupId is {groupId}; no group has this id.");
        }

        var import = Import.Create([.. request.ItemIds.Distinct(StringComparer.Ordinal)], request.GroupId, request.Nested ?? false, clock.Now());
        db.Imports.Add(import);
        await db.SaveChangesAsync(cancellationToken);
        try
        {
            // The import exists, so it also starts if the caller has left.
            await jobs.StartAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            logger.LogWarning(exception, "An import could not be started at once; it starts within a minute");
        }

        return (await db.FindImportAsync(import.Id, cancellationToken))!;
    }
}
