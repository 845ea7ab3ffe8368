using FluentValidation;
using MediatR;

namespace ImageHub.Application.OneDrive;

/// <summary>Creates an upload session in OneDrive: an address to which the client uploads a new file directly, in parts.</summary>
/// <param name="FileName">The file's name; 1–200 characters.</param>
public sealed record CreateOneDriveUploadSession(string FileName) : IRequest<OneDriveUploadSession>
{
    internal string FolderId { get; private init; } = "";

    /// <summary>Returns a copy of this request with the id of the folder.</summary>
    public CreateOneDriveUploadSession WithFolderId(string folderId) => this with { FolderId = folderId };
}

/// <summary>The address for an upload.</summary>
/// <param name="UploadUrl">An address at Microsoft for PUT requests with Content-Range. It works without credentials, so keep it secret.</param>
/// <param name="ExpiresAt">When the address expires.</param>
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
