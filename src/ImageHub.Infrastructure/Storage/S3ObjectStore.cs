using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Xml;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Storage;

/// <summary>Stores objects in a bucket of an S3-compatible server.</summary>
internal sealed class S3ObjectStore : IObjectStore, IDisposable
{
    /// <summary>The part size in bytes. Larger files are uploaded in parts, and each part is a request that can be retried.</summary>
    private const long PartBytes = 16 * 1024 * 1024;

    private const int ParallelDeletes = 8;
    private const int ParallelLooks = 32;

    private readonly S3Options options;
    private readonly AmazonS3Client client;
    private readonly ILogger<S3ObjectStore> logger;

    public S3ObjectStore(IOptions<StorageOptions> options, ILogger<S3ObjectStore> logger)
    {
        this.options = options.Value.S3!;
        this.logger = logger;
        client = new AmazonS3Client(new BasicAWSCredentials(this.options.AccessKey, this.options.SecretKey), new AmazonS3Config
        {
            ServiceURL = this.options.ServiceUrl,
            AuthenticationRegion = this.options.Region,
            ForcePathStyle = this.options.ForcePathStyle,

            // Avoids trailing checksums and aws-chunked bodies, which some compatible servers do not support.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            Timeout = TimeSpan.FromSeconds(60),
            MaxErrorRetry = 3,
        });
    }

    public long? FreeBytes => null;

    public string Description => $"objects in bucket {options.Bucket} at {options.ServiceUrl}";

    public Task PutAsync(IReadOnlyCollection<NewObject> objects, CancellationToken cancellationToken) =>
        Task.WhenAll(objects.Select(each => PutAsync(each.Key, each.SourcePath, each.ContentType, cancellationToken)));

    public Stream OpenRead(string key, long length) => new ObjectStream(key, length, async (position, cancellationToken) =>
    {
        var request = new GetObjectRequest { BucketName = options.Bucket, Key = key, ByteRange = new ByteRange(position, length - 1) };
        var response = await Guard(key, async () =>
        {
            try
            {
                return await client.GetObjectAsync(request, cancellationToken);
            }
            catch (AmazonS3Exception exception) when (exception.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable || exception.ErrorCode == "NoSuchKey")
            {
                // An object that is too short for the range, for example an empty object, also counts as lost.
                throw new LostObjectException(key);
            }
        });
        if (WholeLength(response.ContentRange) is { } whole && whole != length)
        {
            response.Dispose();
            throw new LostObjectException(key);
        }

        return response.ResponseStream;
    });

    public async Task<IReadOnlyList<long?>> FindLengthsAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var lengths = new long?[keys.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelLooks, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, lengths.Length), parallel, async (i, token) => lengths[i] = await Guard(keys[i], async () =>
        {
            try
            {
                return (long?)(await client.GetObjectMetadataAsync(options.Bucket, keys[i], token)).ContentLength;
            }
            catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }
        }));
        return lengths;
    }

    public string? FindFile(string key, long length) => null;

    public Uri? Presign(string key, TimeSpan lifetime, string contentType, bool isDescriptionOnly = false) => new(client.GetPreSignedURL(new GetPreSignedUrlRequest
    {
        BucketName = options.Bucket,
        Key = key,
        Verb = isDescriptionOnly ? HttpVerb.HEAD : HttpVerb.GET,
        Expires = DateTime.UtcNow + lifetime,
        Protocol = options.ServiceUrl.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? Protocol.HTTPS : Protocol.HTTP,
        ResponseHeaderOverrides = new ResponseHeaderOverrides { ContentType = contentType },
    }));

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => Guard(
        $"{keys.Count} objects",
        async () =>
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelDeletes, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(keys, parallel, async (key, token) => await client.DeleteObjectAsync(options.Bucket, key, token));
            return true;
        });

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            var request = new ListObjectsV2Request { BucketName = options.Bucket, Prefix = prefix, ContinuationToken = token };
            var page = await Guard(prefix, () => client.ListObjectsV2Async(request, cancellationToken));
            foreach (var item in page.S3Objects ?? [])
            {
                var writtenAt = item.LastModified?.ToUniversalTime() ?? DateTime.UnixEpoch;
                yield return new StoredObject(item.Key, item.Size ?? 0, new DateTimeOffset(writtenAt, TimeSpan.Zero));
            }

            token = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (token is not null);
    }

    // Lists a prefix that has no objects, to check that the bucket exists and is readable. The cost does not depend on the number of objects.
    public Task CheckAsync(CancellationToken cancellationToken) => Guard(
        options.Bucket,
        () => client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = options.Bucket, Prefix = "health/", MaxKeys = 1 }, cancellationToken));

    public Task EnsureOwnAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => client.Dispose();

    /// <summary>Reads the object's length from a header such as <c>bytes 0-9/20</c> (RFC 9110, section 14.4); null if the server does not state it.</summary>
    private static long? WholeLength(string? contentRange) =>
        long.TryParse(contentRange?.Split('/')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null;

    private async Task PutAsync(string key, string sourcePath, string contentType, CancellationToken cancellationToken)
    {
        await Guard(key, () => new FileInfo(sourcePath).Length <= PartBytes
            ? client.PutObjectAsync(
                new PutObjectRequest { BucketName = options.Bucket, Key = key, FilePath = sourcePath, ContentType = contentType, UseChunkEncoding = false },
                cancellationToken)
            : PutPartsAsync(key, sourcePath, contentType, cancellationToken));
        File.Delete(sourcePath);
    }

    private async Task<PutObjectResponse> PutPartsAsync(string key, string sourcePath, string contentType, CancellationToken cancellationToken)
    {
        var upload = await client.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = options.Bucket, Key = key, ContentType = contentType }, cancellationToken);
        try
        {
            var parts = new List<PartETag>();
            var length = new FileInfo(sourcePath).Length;
            for (long position = 0; position < length; position += PartBytes)
            {
                var part = await client.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = options.Bucket,
                        Key = key,
                        UploadId = upload.UploadId,
                        PartNumber = parts.Count + 1,
                        FilePath = sourcePath,
                        FilePosition = position,
                        PartSize = Math.Min(PartBytes, length - position),
                        UseChunkEncoding = false,
                    },
                    cancellationToken);
                parts.Add(new PartETag(parts.Count + 1, part.ETag));
            }

            await client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = options.Bucket, Key = key, UploadId = upload.UploadId, PartETags = parts }, cancellationToken);
            return new PutObjectResponse();
        }
        catch
        {
            await TryAbortAsync(key, upload.UploadId);
            throw;
        }
    }

    /// <summary>Aborts a failed multipart upload. The bucket's lifecycle rule must delete parts that a crashed process has left behind.</summary>
    private async Task TryAbortAsync(string key, string uploadId)
    {
        try
        {
            await client.AbortMultipartUploadAsync(
                new AbortMultipartUploadRequest { BucketName = options.Bucket, Key = key, UploadId = uploadId }, CancellationToken.None);
        }
        catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException or HttpRequestException)
        {
            logger.LogWarning("Parts of {Key} may be left in the S3 store: {Reason}", key, exception.Message);
        }
    }

    private async Task<T> Guard<T>(string what, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or TimeoutException or WebException or XmlException)
        {
            // XmlException: another program, such as a proxy, has responded at the address.
            logger.LogError("The S3 store failed at {What}: {Reason}", what, exception.InnerException?.Message ?? exception.Message);
            throw new ProblemException(Problems.StorageUnavailable, "The files cannot be read or written now.") { RetryAfter = TimeSpan.FromSeconds(30) };
        }
    }
}
