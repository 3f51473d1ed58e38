"""Make the library say what a folder of articles says."""

from rag.serving.ingesting import main

if __name__ == "__main__":
    main()
