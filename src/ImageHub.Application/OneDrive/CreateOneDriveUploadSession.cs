using FluentValidation;
using MediatR;

namespace ImageHub.Application.OneDrive;

/// <summary>Has OneDrive make an address that a new file is uploaded to, in parts and past this server.</summary>
/// <param name="FileName">The file's name; 1–200 characters.</param>
public sealed record CreateOneDriveUploadSession(string FileName) : IRequest<OneDriveUploadSession>
{
    internal string FolderId { get; private init; } = "";

    /// <summary>The same, in one folder.</summary>
    public CreateOneDriveUploadSession WithFolderId(string folderId) => this with { FolderId = folderId };
}

/// <summary>Where the file goes.</summary>
/// <param name="UploadUrl">An address at Microsoft; its parts are sent there with PUT and Content-Range. It needs nothing else, so keep it secret.</param>
/// <param name="ExpiresAt">Until when.</param>
public sealed record OneDriveUploadSession(string UploadUrl, DateTimeOffset ExpiresAt);

internal sealed class CreateOneDriveUploadSessionValidator : AbstractValidator<CreateOneDriveUploadSession>
{
    public CreateOneDriveUploadSessionValidator() => RuleFor(session => session.FileName).ItemName();
}

internal sealed class CreateOneDriveUploadSessionHandler(IDrive drive, DriveRoot root) : IRequestHandler<CreateOneDriveUploadSession, OneDriveUploadSession>
{
    public async Task<OneDriveUploadSession> Handle(CreateOneDriveUploadSession request, CancellationToken cancellationToken)
    {
        var folder = await root.FindFolderAsync(request.FolderId, cancellationToken);
        var session = await drive.CreateUploadSessionAsync(folder.Item.Id, request.FileName.Trim(), cancellationToken);
        return new OneDriveUploadSession(session.UploadUrl, session.ExpiresAt);
    }
}
