System.Console.WriteLine("ImageHub");
