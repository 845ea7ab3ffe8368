using Xunit.Sdk;
using Xunit.v3;

namespace ImageHub.Testing;

/// <summary>Starts the slowest test classes first, so that none of them runs alone at the end.</summary>
/// <param name="first">The classes to start first.</param>
/// <param name="next">The classes to start next. They are at the end of the list, because xunit 3.2 continues there after the first few classes.</param>
public abstract class LongestFirst(Type[] first, Type[] next) : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => IsOneOf(first, collection) ? 0 : IsOneOf(next, collection) ? 2 : 1)];

    private static bool IsOneOf(Type[] types, ITestCollection collection) =>
        Array.Exists(types, type => collection.TestCollectionDisplayName.Contains(type.FullName!, StringComparison.Ordinal));
}
