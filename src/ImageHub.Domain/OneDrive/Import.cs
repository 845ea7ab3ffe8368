namespace ImageHub.Domain.OneDrive;

/// <summary>The state of an import.</summary>
public enum ImportState
{
    /// <summary>Waiting to start.</summary>
    Queued,

    /// <summary>In progress, or interrupted because the server stopped or OneDrive was unavailable.</summary>
    Running,

    /// <summary>Every file has a result.</summary>
    Done,

    /// <summary>Cancelled by an admin; imported images remain.</summary>
    Cancelled,

    /// <summary>Cannot continue, for example because OneDrive is no longer connected or the group no longer exists.</summary>
    Failed,
}

/// <summary>An import of selected OneDrive files and folders into groups. All folders are listed before the first file is imported.</summary>
public sealed class Import
{
    private Import()
    {
    }

    /// <summary>UUIDv7; imports run in this order.</summary>
    public Guid Id { get; private init; }

    /// <summary>OneDrive's ids of the selected items.</summary>
    public IReadOnlyList<string> ItemIds { get; private init; } = [];

    /// <summary>The group for all files; null to create one per folder.</summary>
    public Guid? GroupId { get; private init; }

    /// <summary>Whether the groups of nested folders are nested.</summary>
    public bool IsNested { get; private init; }

    /// <summary>When the import was requested.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When the import ended, or null.</summary>
    public DateTimeOffset? EndedAt { get; private init; }

    /// <summary>The state. Conditional SQL statements update it, so only the first final state takes effect.</summary>
    public ImportState State { get; private init; }

    /// <summary>The number of selected items that have been looked up.</summary>
    public int LookedUp { get; private set; }

    /// <summary>Whether every folder has been listed. The number of files is then known.</summary>
    public bool IsListed { get; private set; }

    /// <summary>The error message of a failed import; otherwise null.</summary>
    public string? Error { get; private init; }

    /// <summary>Creates an import.</summary>
    public static Import Create(IReadOnlyList<string> itemIds, Guid? groupId, bool isNested, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        ItemIds = itemIds,
        GroupId = groupId,
        IsNested = isNested,
        CreatedAt = now,
    };

    /// <summary>Records that another selected item has been looked up.</summary>
    public void LookUp() => LookedUp++;

    /// <summary>Records that all folders have been listed.</summary>
    public void FinishListing() => IsListed = true;
}

/// <summary>A folder that an import has found. It may contain no files to import.</summary>
public sealed class ImportFolder
{
    private ImportFolder()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The import.</summary>
    public Guid ImportId { get; private init; }

    /// <summary>OneDrive's id of the folder.</summary>
    public string ItemId { get; private init; } = "";

    /// <summary>The names from the root to the folder; empty for the root itself.</summary>
    public IReadOnlyList<string> Path { get; private init; } = [];

    /// <summary>Whether the folder's files and subfolders still need listing. False for a folder in which only individual files were selected.</summary>
    public bool IsToList { get; private set; }

    /// <summary>The position among the import's folders, from 0.</summary>
    public int Place { get; private set; }

    /// <summary>The title of the folder's group. While folders are listed, the title of the folder's album, or null. Then a final title is assigned.</summary>
    public string? Title { get; private set; }

    /// <summary>The folder's group; null until the group has been created.</summary>
    public Guid? GroupId { get; private set; }

    /// <summary>Creates a selected or discovered folder.</summary>
    /// <param name="importId">The import.</param>
    /// <param name="itemId">OneDrive's id of the folder.</param>
    /// <param name="path">The names from the root to the folder.</param>
    /// <param name="isToList">Whether the whole folder is imported.</param>
    /// <param name="now">The time.</param>
    public static ImportFolder Create(Guid importId, string itemId, IReadOnlyList<string> path, bool isToList, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        ImportId = importId,
        ItemId = itemId,
        Path = path,
        IsToList = isToList,
    };

    /// <summary>Imports the whole folder rather than only individual files.</summary>
    public void Widen() => IsToList = true;

    /// <summary>Records that the folder's files have been listed.</summary>
    /// <param name="albumTitle">The title of the album that the folder contains, or null.</param>
    public void FinishListing(string? albumTitle) => (IsToList, Title) = (false, albumTitle);

    /// <summary>Sets the folder's position and its group's title.</summary>
    public void Order(int place, string title)
    {
        Place = place;
        Title = title;
    }

    /// <summary>Records the folder's group.</summary>
    public void SetGroup(Guid groupId) => GroupId = groupId;
}

/// <summary>The result of an imported file.</summary>
public enum ImportResult
{
    /// <summary>Not processed yet.</summary>
    Pending,

    /// <summary>A new image was created.</summary>
    Uploaded,

    /// <summary>The group already contained a file with the same content.</summary>
    Skipped,

    /// <summary>The file could not be imported.</summary>
    Failed,
}

/// <summary>A file of an import, or a selected item or a folder that OneDrive did not return.</summary>
public sealed class ImportFile
{
    private ImportFile()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The import.</summary>
    public Guid ImportId { get; private init; }

    /// <summary>
    /// The folder; null for a selected item or a folder that OneDrive did not return, and for a sidecar without a photo that was found in a folder.
    /// </summary>
    public Guid? FolderId { get; private init; }

    /// <summary>OneDrive's id of the file.</summary>
    public string ItemId { get; private init; } = "";

    /// <summary>The file name when it was listed.</summary>
    public string Name { get; private init; } = "";

    /// <summary>OneDrive's id of the file's sidecar, or null.</summary>
    public string? SidecarItemId { get; private set; }

    /// <summary>The file name of the sidecar, or null.</summary>
    public string? SidecarName { get; private set; }

    /// <summary>
    /// The position in the folder, from 0. -1 for an individually selected file until all selected files of the folder are known, and for items without an
    /// image.
    /// </summary>
    public int Place { get; private set; }

    /// <summary>The result.</summary>
    public ImportResult Result { get; private set; }

    /// <summary>The id of the image to be created. The file has been imported if an image with this id exists.</summary>
    public Guid? ImageId { get; private set; }

    /// <summary>The number of attempts abandoned because OneDrive, the store or the server was unavailable.</summary>
    public int Attempts { get; private set; }

    /// <summary>The error code of a failed file. For an uploaded file, the error code of the file's sidecar; null if there was no error.</summary>
    public string? Code { get; private set; }

    /// <summary>The error message for <see cref="Code"/>.</summary>
    public string? Error { get; private set; }

    /// <summary>Creates a selected or discovered file.</summary>
    public static ImportFile Create(Guid importId, Guid? folderId, string itemId, string name, int place, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        ImportId = importId,
        FolderId = folderId,
        ItemId = itemId,
        Name = name,
        Place = place,
    };

    /// <summary>Changes the file's position in the folder.</summary>
    public void MoveTo(int place) => Place = place;

    /// <summary>Records the file's sidecar.</summary>
    public void SetSidecar(string itemId, string name) => (SidecarItemId, SidecarName) = (itemId, name);

    /// <summary>Records the id of the image to be created.</summary>
    public void Begin(Guid imageId) => ImageId = imageId;

    /// <summary>Records why the file's sidecar could not be read; null if there was no error.</summary>
    public void SetSidecarProblem(string? code, string? error) => (Code, Error) = (code, error);

    /// <summary>Records an abandoned attempt.</summary>
    /// <returns>The number of abandoned attempts.</returns>
    public int GiveUp() => ++Attempts;

    /// <summary>Records that an image was created or already existed.</summary>
    public void Succeed(ImportResult result) => Result = result;

    /// <summary>Records the error.</summary>
    public void Fail(string code, string error)
    {
        Result = ImportResult.Failed;
        Code = code;
        Error = error;
    }
}
